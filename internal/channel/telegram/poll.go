package telegram

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"sync"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"ogpbot/bot"
	"ogpbot/internal/channel"
)

// The pause after a failed round doubles from the first to the last, and is drawn from its upper half.
const (
	firstPause = time.Second
	lastPause  = time.Minute
)

// maxAnswering bounds the presses that are being answered at one time.
const maxAnswering = 8

// allowedUpdates are the kinds of update that decode reads.
const allowedUpdates = `["message","edited_message","callback_query","my_chat_member"]`

// Poll implements channel.Poller. An update is confirmed to Telegram only after accept has taken it; what accept
// refuses is offered again after a pause, and nothing that follows it before. If the token is refused, Poll says so
// once, asks no more, and waits for ctx to end. It returns nil.
func (c *Channel) Poll(ctx context.Context, accept channel.Accept) error {
	p := poller{c: c, accept: accept, slots: make(chan struct{}, maxAnswering)}
	defer p.answering.Wait()
	for failed := 0; ctx.Err() == nil; {
		err := p.round(ctx)
		switch {
		case err == nil:
			failed = 0
			c.trouble.Store(nil)
			continue
		case ctx.Err() != nil:
			return nil
		case hasStatus(err, http.StatusUnauthorized):
			c.troubled(channel.Refused)
			c.log.Error("telegram: the token is refused; get a new one from @BotFather and start again", "error", err)
			<-ctx.Done()
			return nil
		case hasStatus(err, http.StatusConflict):
			p.ready = false // somebody may have set a webhook
			c.troubled(channel.Shared)
			c.log.Error("telegram: somebody else uses this bot's token; run only one ogpbot with it", "error", err)
		default:
			c.troubled(channel.Silent)
			c.log.Warn("telegram: polling failed and is tried again", "error", err)
		}
		pause(ctx, max(backoff(failed), retryAfter(err)))
		failed++
	}
	return nil
}

// Trouble implements channel.Receiving.
func (c *Channel) Trouble() string {
	if words := c.trouble.Load(); words != nil {
		return *words
	}
	return ""
}

func (c *Channel) troubled(words string) { c.trouble.Store(&words) }

func backoff(failed int) time.Duration {
	most := lastPause
	if failed < 6 {
		most = min(firstPause<<failed, lastPause)
	}
	return most/2 + rand.N(most/2)
}

func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

type poller struct {
	c         *Channel
	accept    channel.Accept
	ready     bool  // no webhook is set
	offset    int64 // all updates below are taken
	batch     []event
	slots     chan struct{}
	answering sync.WaitGroup
}

// round fetches one batch and has it accepted. After an error it goes on where it stopped.
func (p *poller) round(ctx context.Context) error {
	if !p.ready {
		if _, err := p.c.call(ctx, "deleteWebhook", nil); err != nil {
			return err
		}
		p.ready = true
	}
	if len(p.batch) > 0 {
		return p.takeEach(ctx)
	}
	start := time.Now()
	if err := p.fetch(ctx); err != nil {
		return err
	}
	if len(p.batch) == 0 && time.Since(start) < firstPause {
		pause(ctx, firstPause) // a server that does not wait must not be run hot
	}
	return p.take(ctx)
}

// fetch waits for updates and reads them one by one: what cannot be read is passed over.
func (p *poller) fetch(ctx context.Context) error {
	params := tgbotapi.Params{"timeout": strconv.Itoa(pollSeconds), "allowed_updates": allowedUpdates}
	params.AddNonZero64("offset", p.offset)
	result, err := p.c.call(ctx, "getUpdates", params)
	if err != nil {
		return err
	}
	var raws []json.RawMessage
	if json.Unmarshal(result, &raws) != nil {
		return errors.New("telegram getUpdates: the answer is no list")
	}
	now, known := time.Now(), len(raws) == 0
	for _, raw := range raws {
		e, err := p.c.decode(raw, now)
		if err != nil {
			p.c.log.Error("telegram: passed over an update that cannot be read", "bytes", len(raw))
			e.taken, e.query = false, ""
		}
		if e.id != 0 {
			p.batch, known = append(p.batch, e), true
		}
	}
	if !known {
		return errors.New("telegram getUpdates: no update has an update_id")
	}
	return nil
}

// take has the batch accepted at once, which costs one commit; if that fails, one by one to find where.
func (p *poller) take(ctx context.Context) error {
	var in []bot.Inbound
	for _, e := range p.batch {
		if e.taken {
			in = append(in, e.in)
		}
	}
	if len(in) > 0 && p.accept(ctx, in...) != nil {
		return p.takeEach(ctx)
	}
	for len(p.batch) > 0 {
		p.done(ctx)
	}
	return nil
}

func (p *poller) takeEach(ctx context.Context) error {
	for len(p.batch) > 0 {
		if e := p.batch[0]; e.taken {
			if err := p.accept(ctx, e.in); err != nil {
				return fmt.Errorf("an update was not stored: %w", err)
			}
		}
		p.done(ctx)
	}
	return nil
}

// done removes the first update of the batch and answers it if it is a press.
func (p *poller) done(ctx context.Context) {
	e := p.batch[0]
	p.batch = p.batch[1:]
	p.offset = e.id + 1 // not the highest: after a quiet week the identifiers start anew
	if e.query == "" {
		return
	}
	select {
	case p.slots <- struct{}{}:
	case <-ctx.Done():
		return
	}
	p.answering.Go(func() {
		defer func() { <-p.slots }()
		_, err := p.c.call(ctx, "answerCallbackQuery", tgbotapi.Params{"callback_query_id": e.query})
		if err != nil && judge(err).remedy != enough && ctx.Err() == nil {
			p.c.log.Warn("telegram: a press was not answered", "error", err)
		}
	})
}
