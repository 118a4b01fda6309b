package outbox

import (
	"errors"
	"fmt"
	"math"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

// lane is one kind of what is owed, most urgent first. Each has a budget of its own: a broadcast that fills its lane leaves
// room for a reply.
type lane uint8

const (
	replies    lane = iota // replies, a person's words, case notices
	alarms                 // urgent broadcasts
	digests                // every other parcel
	broadcasts             // every other broadcast
	lanes
)

func (in lane) String() string {
	return [lanes]string{"replies", "alarms", "digests", "broadcasts"}[in]
}

// laneOf gives the lane in which a message waits.
func laneOf(p *parcel) lane {
	switch {
	case p.delivery == nil && p.Message.Purpose <= bot.PurposeNotice:
		return replies
	case p.delivery == nil:
		return digests
	case p.Message.Purpose == bot.PurposeUrgent:
		return alarms
	}
	return broadcasts
}

// ahead is how much is claimed in a lane, as the time that it takes to be sent at the channel's pace.
func ahead(in lane) time.Duration {
	if in == alarms || in == broadcasts {
		return spreadAhead
	}
	return claimAhead
}

// parcel is a message on its way: one that the outbox owes, or one person's part of a broadcast.
type parcel struct {
	store.Parcel
	delivery *store.Delivery // of a broadcast, else nil
	picture  []byte          // of ours, if the platform may not have it yet
}

// claim is the part of a commit that takes what is to be sent.
type claim struct {
	limits [lanes]int // how many are asked for; 0: the lane is left alone
	now    time.Time
	quiet  time.Time // end of the quiet time, if now is in it

	got    []*parcel
	count  [lanes]int
	held   int              // that were claimed and had to be held
	behind bool             // digests were left alone, because replies are due that had no room
	next   [lanes]time.Time // when the lane has something next; zero: nobody knows of anything
}

func (c *claim) wanted() bool { return c.limits != [lanes]int{} }

// take claims from the lanes that were asked for. It may be run more than once.
func (c *claim) take(s *Sender, tx store.Tx) error {
	*c = claim{limits: c.limits}
	if !c.wanted() {
		return nil
	}
	c.now = time.Now()
	if end, ok := s.quiet(c.now); ok {
		c.quiet = end
	}
	for in := range lanes {
		if c.limits[in] == 0 {
			continue
		}
		var err error
		switch in {
		case alarms, broadcasts:
			err = c.takeDeliveries(s, tx, in)
		default:
			err = c.takeParcels(s, tx, in)
		}
		if err != nil {
			return err
		}
	}
	if err := c.pictures(s, tx); err != nil {
		return err
	}
	if err := c.dropUnwanted(tx); err != nil {
		return err
	}
	return c.holdLate(s, tx)
}

// upTo gives the least urgent purpose that the lane may send now; ok is false if it sends nothing.
func (c *claim) upTo(in lane) (p bot.Purpose, ok bool) {
	switch {
	case !c.quiet.IsZero():
		return bot.PurposePerson, in == replies
	case in == replies:
		return bot.PurposeNotice, true
	}
	return math.MaxUint8, true
}

func (c *claim) takeParcels(s *Sender, tx store.Tx, in lane) error {
	upTo, ok := c.upTo(in)
	if c.next[in] = c.quiet; !ok {
		return nil
	}
	platform := s.channel.Platform()
	if in == digests { // a store hands out the most urgent first, and replies have a budget of their own
		next, ok, err := tx.Outbox.Next(platform, bot.PurposeNotice)
		if err != nil {
			return fmt.Errorf("look for the next reply: %w", err)
		}
		if c.behind = ok && !next.After(c.now); c.behind {
			return nil
		}
	}
	ps, err := tx.Outbox.Claim(platform, upTo, c.now, lease, c.limits[in])
	if err != nil {
		return fmt.Errorf("claim messages to send: %w", err)
	}
	for _, p := range ps {
		c.got = append(c.got, &parcel{Parcel: p})
	}
	c.count[in] = len(ps)
	next, ok, err := tx.Outbox.Next(platform, upTo)
	if err != nil {
		return fmt.Errorf("look for the next message to send: %w", err)
	}
	if ok {
		c.next[in] = sooner(next, c.quiet)
	}
	return nil
}

func (c *claim) takeDeliveries(s *Sender, tx store.Tx, in lane) error {
	purpose := bot.PurposeUrgent
	if in == broadcasts {
		purpose = bot.PurposeAnnouncement
		if c.next[in] = c.quiet; !c.quiet.IsZero() {
			return nil
		}
	}
	ds, err := tx.Broadcasts.Claim(s.channel.Platform(), in == alarms, c.now, c.limits[in])
	if err != nil {
		return fmt.Errorf("claim a broadcast: %w", err)
	}
	words := map[string]bot.Broadcast{}
	for _, d := range ds {
		b, ok := words[d.Broadcast]
		if !ok {
			if b, err = tx.Broadcasts.Get(d.Broadcast, bot.Scope{All: true}); err != nil {
				return fmt.Errorf("read a broadcast: %w", err)
			}
			words[d.Broadcast] = b
		}
		m := b.Message(d.Language)
		m.Purpose, m.Replaces = purpose, d.Replaces
		c.got = append(c.got, &parcel{
			Parcel:   store.Parcel{ID: d.Broadcast + "/" + string(d.Citizen), To: d.Address, Citizen: d.Citizen, Message: m, Due: c.now, Attempts: 1},
			delivery: &d,
		})
	}
	c.count[in] = len(ds)
	return nil
}

// pictures finds how the platform calls the pictures of ours, or their bytes if it has not got them yet.
func (c *claim) pictures(s *Sender, tx store.Tx) error {
	if s.uploader == nil {
		return nil
	}
	bytes := map[string][]byte{}
	for _, p := range c.got {
		m := &p.Message.Media
		if m.Picture == "" {
			continue
		}
		ref, err := tx.Pictures.Ref(m.Picture, s.channel.Platform())
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return fmt.Errorf("look for a picture: %w", err)
		}
		if ref != "" {
			m.Platform, m.Ref = s.channel.Platform(), ref
			continue
		}
		if _, read := bytes[m.Picture]; !read {
			png, err := tx.Pictures.Get(m.Picture)
			if err != nil && !errors.Is(err, store.ErrNotFound) {
				return fmt.Errorf("read a picture: %w", err)
			}
			bytes[m.Picture] = png // none: the words go without it
		}
		p.picture = bytes[m.Picture]
	}
	return nil
}

// dropUnwanted settles news for those who have said stop since it was owed.
func (c *claim) dropUnwanted(tx store.Tx) error {
	wanted := c.got[:0]
	for _, p := range c.got {
		if p.delivery != nil || p.Message.Purpose == bot.PurposeDigest || p.Message.Purpose == bot.PurposeAnnouncement {
			withdrawn, err := hasWithdrawn(tx, p.To)
			if err != nil {
				return err
			}
			if withdrawn {
				if err := settleAs(tx, p, bot.FateUnreachable, "", c.now); err != nil {
					return err
				}
				c.held++ // the next of its address may go
				continue
			}
		}
		wanted = append(wanted, p)
	}
	c.got = wanted
	return nil
}

// hasWithdrawn tells whether whoever has the address is there and wants no news.
func hasWithdrawn(tx store.Tx, a bot.Address) (bool, error) {
	id, err := tx.Citizens.ByAddress(a)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("look whether somebody wants news: %w", err)
	}
	c, _, err := tx.Citizens.Get(id)
	if err != nil {
		return false, fmt.Errorf("look whether somebody wants news: %w", err)
	}
	return c.Consented.IsZero(), nil
}

// holdLate keeps back what the platform's window no longer lets through, and marks what only a person may still say.
func (c *claim) holdLate(s *Sender, tx store.Tx) error {
	window := s.channel.Limits().Window
	if window == 0 {
		return nil
	}
	open := c.got[:0]
	for _, p := range c.got {
		if p.Citizen == "" { // the last words to somebody who was forgotten, and who has just written
			open = append(open, p)
			continue
		}
		last, err := lastInbound(tx, p.To)
		if err != nil {
			return err
		}
		switch bot.Deliverable(p.Message.Purpose, window, last, c.now) {
		case bot.DeliverPersonOnly:
			p.Message.Late = true
		case bot.DeliverHeld:
			if err := holdMail(tx, p, c.now); err != nil {
				return fmt.Errorf("hold a message: %w", err)
			}
			c.held++
			continue
		}
		open = append(open, p)
	}
	c.got = open
	return nil
}

// lastInbound is when somebody last wrote from a; zero if nobody has the address any more.
func lastInbound(tx store.Tx, a bot.Address) (time.Time, error) {
	id, err := tx.Citizens.ByAddress(a)
	if errors.Is(err, store.ErrNotFound) {
		return time.Time{}, nil
	}
	if err != nil {
		return time.Time{}, fmt.Errorf("look when a citizen last wrote: %w", err)
	}
	c, _, err := tx.Citizens.Get(id)
	if err != nil {
		return time.Time{}, fmt.Errorf("look when a citizen last wrote: %w", err)
	}
	if contact := c.Contact(a); contact != nil {
		return contact.LastInbound, nil
	}
	return time.Time{}, nil
}

// holdMail puts a parcel that may not go now into the held mail of whoever has its address now.
func holdMail(tx store.Tx, p *parcel, now time.Time) error {
	id, err := tx.Citizens.ByAddress(p.To)
	if errors.Is(err, store.ErrNotFound) { // they are gone
		return settleAs(tx, p, bot.FateUnreachable, "", now)
	}
	if err != nil {
		return err
	}
	h := bot.Held{At: now.UTC()}
	if p.delivery != nil {
		h.Broadcast = p.delivery.Broadcast
	} else {
		h.Parcel, h.Message = p.ID, p.Message
		h.Message.Replaces = "" // when it is read, that message is long gone
	}
	if err := tx.Mail.Hold(id, h); err != nil {
		return err
	}
	return settleAs(tx, p, bot.FateHeld, "", now)
}

// settleAs writes down the end of a message. One that is gone already is no mistake.
func settleAs(tx store.Tx, p *parcel, fate bot.Fate, ref string, now time.Time) (err error) {
	if p.delivery != nil {
		err = tx.Broadcasts.Settle(*p.delivery, fate, ref, now.UTC())
	} else {
		err = tx.Outbox.Settle(p.ID, fate, now.UTC())
	}
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	return err
}
