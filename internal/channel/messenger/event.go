package messenger

import (
	"encoding/json"
	"errors"
	"math"
	"strconv"
	"strings"
	"time"
)

// page is what is read of a delivery (developers.facebook.com/docs/messenger-platform/webhooks). Its standby events are
// not: another app has that conversation.
type page struct {
	Object string            `json:"object"`
	Entry  []json.RawMessage `json:"entry"`
}

type entry struct {
	Page      ident             `json:"id"`
	Messaging []json.RawMessage `json:"messaging"`
	Changes   []change          `json:"changes"`
}

// change is how the test button of the app's settings delivers an event, and how the Page's feed is delivered.
type change struct {
	Field string          `json:"field"`
	Value json.RawMessage `json:"value"`
}

// event is one of entry.messaging. What else there is (deliveries, reads, reactions, opt-ins, handovers) has no effect.
type event struct {
	Sender    party           `json:"sender"`
	Recipient party           `json:"recipient"`
	Timestamp stamp           `json:"timestamp"`
	Message   *received       `json:"message"`
	Postback  *postback       `json:"postback"`
	Referral  *referral       `json:"referral"`
	Edit      *edit           `json:"message_edit"`
	Enforced  json.RawMessage `json:"policy_enforcement"`
	Policy    json.RawMessage `json:"policy-enforcement"`
	Integrity json.RawMessage `json:"messaging_integrity"`
}

type party struct {
	ID ident `json:"id"`
}

type received struct {
	ID         string `json:"mid"`
	Text       string `json:"text"`
	IsEcho     bool   `json:"is_echo"`
	Metadata   string `json:"metadata"`
	QuickReply *struct {
		Payload string `json:"payload"`
	} `json:"quick_reply"`
	ReplyTo *struct {
		ID string `json:"mid"`
	} `json:"reply_to"`
	Attachments []attachment `json:"attachments"`
}

type attachment struct {
	Type    string `json:"type"`
	Payload struct {
		URL     string `json:"url"`
		Sticker ident  `json:"sticker_id"`
		Spot    struct {
			Lat  float64 `json:"lat"`
			Long float64 `json:"long"`
		} `json:"coordinates"`
	} `json:"payload"`
}

type postback struct {
	ID       string    `json:"mid"`
	Title    string    `json:"title"`
	Payload  string    `json:"payload"`
	Referral *referral `json:"referral"`
}

type referral struct {
	Ref string `json:"ref"`
}

type edit struct {
	ID   string `json:"mid"`
	Text string `json:"text"`
}

// ident is an identifier, which comes as a string or as a number.
type ident string

// UnmarshalJSON never fails: what is no identifier is none.
func (i *ident) UnmarshalJSON(raw []byte) error {
	var text string
	switch {
	case json.Unmarshal(raw, &text) == nil:
		*i = ident(text)
	case len(raw) > 0 && '0' <= raw[0] && raw[0] <= '9':
		*i = ident(raw)
	}
	return nil
}

// stamp is a time, which comes in seconds or milliseconds, as a number or as a string.
type stamp float64

// UnmarshalJSON never fails: what is no time is 0.
func (s *stamp) UnmarshalJSON(raw []byte) error {
	if f, err := strconv.ParseFloat(strings.Trim(string(raw), `"`), 64); err == nil && !math.IsNaN(f) {
		*s = stamp(f)
	}
	return nil
}

// firstMilli is 2001 in milliseconds; no time in seconds comes near it.
const firstMilli = 1e12

// time is in UTC. A time that is missing or cannot be is now.
func (s stamp) time(now time.Time) time.Time {
	milli := float64(s)
	if s < firstMilli {
		milli *= 1000
	}
	if milli <= 0 || milli > float64(now.Add(24*time.Hour).UnixMilli()) {
		return now.UTC()
	}
	return time.UnixMilli(int64(milli)).UTC()
}

// loosely decodes JSON and bears with fields that are not as expected: all others are read.
func loosely(raw []byte, into any) error {
	err := json.Unmarshal(raw, into)
	if _, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return nil
	}
	return err
}
