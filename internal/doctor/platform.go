package doctor

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"ogpbot/internal/channel"
)

const (
	clockOff     = 30 * time.Second    // more spoils the codes of the second factor, which are good for that long
	expiresSoon  = 14 * 24 * time.Hour // which leaves time to get another token
	failedOfLate = 2 * time.Hour       // since the platform last failed to deliver
)

// about makes a finding of a platform.
func about(kind string, c Channel, pairs ...string) Finding {
	name := string(c.Platform())
	f := Finding{Kind: kind, About: name, Slots: map[string]string{"platform": strings.ToUpper(name[:1]) + name[1:]}}
	for i := 0; i+1 < len(pairs); i += 2 {
		f.Slots[pairs[i]] = pairs[i+1]
	}
	return f
}

func (f Finding) mayPass() Finding {
	f.passing = true
	return f
}

// platform asks a channel's platform about us, and mends what it can if it may.
func (s *Service) platform(ctx context.Context, c Channel, now time.Time, mend bool) (found []Finding, err error) {
	_, serving := s.serving()
	stopped, deaf := "", ""
	if serving {
		stopped = c.Stopped()
		if r, ok := c.Channel.(channel.Receiving); ok {
			deaf = r.Trouble()
		}
	}
	inspector, ok := c.Channel.(channel.Inspector)
	if !ok {
		if stopped != "" {
			found = append(found, about(kindStopped, c, "reason", stopped))
		}
		return found, nil
	}
	facts, err := inspector.Inspect(ctx)
	found = clock(facts)
	blind := errBlind
	if !facts.Clocked {
		blind = errNoClock
	}
	switch failure := channel.FailureOf(err); {
	case err == nil:
	case failure == channel.Misconfigured:
		return append(found, about(kindToken, c)), blind
	case failure == channel.Restricted:
		return append(found, about(kindStopped, c, "reason", cmp.Or(stopped, channel.Unwelcome))), blind
	case failure == channel.Throttled: // it answers, and shall be left alone
		return found, blind
	default:
		s.cfg.Logger.Debug("a platform could not be asked about us", "platform", c.Platform(), "error", err)
		f := about(kindUnreachable, c)
		f.passing = stopped == ""
		return append(found, f), blind
	}
	if facts.Lost {
		found = append(found, s.lost(ctx, c, inspector, mend))
	}
	switch {
	case stopped != "": // the outbox has tried often enough
		found = append(found, about(kindStopped, c, "reason", stopped))
	case deaf != "":
		found = append(found, about("deaf", c, "reason", deaf).mayPass())
	}
	return append(found, s.judge(c, facts, now)...), nil
}

// lost has the platform deliver to us again.
func (s *Service) lost(ctx context.Context, c Channel, inspector channel.Inspector, mend bool) Finding {
	if !mend {
		return about("lost", c)
	}
	if err := inspector.Restore(ctx); err != nil {
		s.cfg.Logger.Error("the platform does not deliver to us, and could not be told to", "platform", c.Platform(), "error", err)
		return about("lost", c)
	}
	return about(kindRestored, c)
}

// judge finds what is wrong with what the platform said.
func (s *Service) judge(c Channel, facts channel.Facts, now time.Time) (found []Finding) {
	if facts.Astray {
		found = append(found, about("astray", c, "webhook", c.Webhook))
	}
	if facts.Pending > 0 && now.Sub(facts.LastErrorAt) < failedOfLate && !facts.Lost {
		found = append(found, about("undelivered", c, "count", strconv.Itoa(facts.Pending), "reason", cmp.Or(facts.LastError, "?")).mayPass())
	}
	if !facts.Expires.IsZero() && facts.Expires.Sub(now) < expiresSoon {
		found = append(found, about("expires", c, "date", s.date(facts.Expires)))
	}
	if len(facts.Missing) > 0 {
		found = append(found, about("permission", c, "names", strings.Join(facts.Missing, ", ")))
	}
	return found
}

// clock judges ours by the platform's. What it says names no platform: it is one clock.
func clock(facts channel.Facts) []Finding {
	if !facts.Clocked || facts.Ahead.Abs() < clockOff {
		return nil
	}
	kind := "ahead"
	if facts.Ahead < 0 {
		kind = "behind"
	}
	d := facts.Ahead.Abs() // as on a clock: every language reads that
	shown := fmt.Sprintf("%d:%02d:%02d", int(d.Hours()), int(d.Minutes())%60, int(d.Seconds())%60)
	return []Finding{{Kind: kind, Slots: map[string]string{"time": shown}}}
}
