package messenger

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strconv"
	"time"

	"ogpbot/bot"
)

// delivery is the body of a request, read.
type delivery struct {
	in     []bot.Inbound
	unread int  // events
	warned bool // Meta acts against the Page
}

var errUnreadable = errors.New("it cannot be read")

// decode reads a delivery, in order. It fails if nothing at all of it can be read. now is the time of events that have none.
func (c *Channel) decode(body []byte, now time.Time) (delivery, error) {
	var d delivery
	var p page
	if err := loosely(body, &p); err != nil || p.Object == "" {
		return d, errUnreadable // err may quote the body
	}
	if p.Object != "page" {
		return d, nil // Instagram, say
	}
	for _, raw := range p.Entry {
		var e entry
		if err := loosely(raw, &e); err != nil || !isObject(raw) {
			d.unread++
			continue
		}
		for _, raw := range e.Messaging {
			c.read(&d, raw, e.Page, now)
		}
		for _, change := range e.Changes {
			switch change.Field {
			case "messages", "messaging_postbacks", "messaging_referrals", "message_edits", "message_echoes":
				c.read(&d, change.Value, e.Page, now)
			}
		}
	}
	return d, nil
}

// read adds one event to d.
func (c *Channel) read(d *delivery, raw json.RawMessage, page ident, now time.Time) {
	var e event
	if err := loosely(raw, &e); err != nil || !isObject(raw) {
		d.unread++
		return
	}
	if e.Enforced != nil || e.Policy != nil || e.Integrity != nil {
		d.warned = true
	}
	if e.Message == nil && e.Postback == nil && e.Referral == nil && e.Edit == nil {
		return
	}
	citizen := e.Sender.ID
	echo := e.Message != nil && e.Message.IsEcho
	if echo {
		citizen = e.Recipient.ID
	}
	if citizen == "" {
		d.unread++
		return
	}
	if citizen == page {
		return // nothing that the Page says is a citizen's
	}
	in := bot.Inbound{From: bot.Address{Platform: Platform, ID: string(citizen)}, At: e.Timestamp.time(now)}
	taken, err := c.understand(&e, in)
	if err != nil {
		d.unread++
		return
	}
	for i, in := range taken {
		if in.Ref == "" {
			in.Ref = digest(raw)
		}
		if i > 0 {
			in.Ref += "/" + strconv.Itoa(i)
		}
		d.in = append(d.in, in)
	}
}

func isObject(raw json.RawMessage) bool { return bytes.HasPrefix(raw, []byte("{")) }

// understand makes of an event what it means to us: mostly one Inbound. in has the citizen and the time. Ref stays "" where
// the event has no identifier of its own.
func (c *Channel) understand(e *event, in bot.Inbound) ([]bot.Inbound, error) {
	switch {
	case e.Message != nil && e.Message.IsEcho:
		return readEcho(e.Message, in)
	case e.Message != nil:
		return readMessage(e.Message, in)
	case e.Postback != nil:
		return c.readPostback(e.Postback, in)
	case e.Edit != nil:
		return readEdit(e.Edit, in)
	}
	if e.Referral.Ref == "" {
		return nil, nil
	}
	in.Text = start(e.Referral)
	return []bot.Inbound{in}, nil
}

func readMessage(m *received, in bot.Inbound) ([]bot.Inbound, error) {
	if m.ID == "" && m.Text == "" && len(m.Attachments) == 0 {
		return nil, errUnreadable
	}
	in.Ref, in.Text = reference(m.ID), m.Text
	if m.QuickReply != nil && m.QuickReply.Payload != "" {
		in.Kind, in.Action = bot.KindPress, m.QuickReply.Payload
		return []bot.Inbound{in}, nil
	}
	in.Message = m.ID
	in.Kind, in.Media = m.content()
	if m.ReplyTo != nil {
		in.ReplyTo = m.ReplyTo.ID
	}
	if in.Kind == bot.KindLocation {
		at := m.Attachments[0].Payload.Spot
		in.Spot = bot.Point{Lat: at.Lat, Long: at.Long}
	}
	return []bot.Inbound{in}, nil
}

// readEcho is for what the Page itself sent: our own messages, or a person's who answers in the Page's inbox.
func readEcho(m *received, in bot.Inbound) ([]bot.Inbound, error) {
	if m.Metadata == ours {
		return nil, nil
	}
	in.Ref, in.Message = reference(m.ID), m.ID
	in.Kind, in.Text = bot.KindPerson, m.Text
	_, in.Media = m.content()
	return []bot.Inbound{in}, nil
}

// readPostback is for the Get Started button, the menu and the ice breakers. A citizen who comes by a link and taps an ice
// breaker has said two things.
func (c *Channel) readPostback(p *postback, in bot.Inbound) ([]bot.Inbound, error) {
	if p.Payload == "" {
		return nil, errUnreadable
	}
	in.Ref = reference(p.ID)
	linked := p.Referral != nil && p.Referral.Ref != ""
	var out []bot.Inbound
	if linked || p.Payload == c.cfg.GetStarted {
		begun := in
		begun.Text, begun.Message = start(p.Referral), p.ID
		out = append(out, begun)
	}
	if p.Payload != c.cfg.GetStarted {
		in.Kind, in.Action, in.Text = bot.KindPress, p.Payload, p.Title
		out = append(out, in)
	}
	return out, nil
}

func readEdit(m *edit, in bot.Inbound) ([]bot.Inbound, error) {
	if m.Text == "" {
		return nil, nil
	}
	in.Kind, in.Text, in.Message = bot.KindEdit, m.Text, m.ID // Ref: the next edit has the same mid
	return []bot.Inbound{in}, nil
}

// start is what a citizen of Telegram would have sent.
func start(r *referral) string {
	if r == nil || r.Ref == "" {
		return "/start"
	}
	return "/start " + r.Ref
}

// content says what a message carries and gives the identifier of its file, if it has one.
func (m *received) content() (bot.Kind, string) {
	if len(m.Attachments) == 0 {
		if m.Text == "" {
			return bot.KindOther, ""
		}
		return bot.KindText, ""
	}
	first := m.Attachments[0]
	if first.Payload.Sticker != "" {
		return bot.KindSticker, string(first.Payload.Sticker)
	}
	switch first.Type {
	case "image":
		return bot.KindPhoto, first.Payload.URL
	case "audio":
		return bot.KindVoice, first.Payload.URL
	case "video", "reel", "ig_reel":
		return bot.KindVideo, first.Payload.URL
	case "file":
		return bot.KindDocument, first.Payload.URL
	case "sticker":
		return bot.KindSticker, first.Payload.URL
	case "location":
		return bot.KindLocation, ""
	}
	if m.Text != "" { // the preview of a link in it
		return bot.KindText, ""
	}
	return bot.KindOther, ""
}

// reference is the deduplication key of an event with an identifier of its own.
func reference(mid string) string {
	if mid == "" {
		return ""
	}
	return "m" + mid
}

// digest is the deduplication key of an event without one: it depends on what the event says, not on how it is written.
func digest(raw json.RawMessage) string {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	var value any
	if decoder.Decode(&value) == nil {
		if sorted, err := json.Marshal(value); err == nil {
			raw = sorted
		}
	}
	sum := sha256.Sum256(raw)
	return "h" + hex.EncodeToString(sum[:16])
}
