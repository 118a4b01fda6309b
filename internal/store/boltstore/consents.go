package boltstore

import (
	"fmt"

	"ogpbot/bot"
)

const consentBucket = "consents" // citizen, seq -> consent

type consents struct{ *txn }

func (t consents) Append(c bot.Consent) error {
	b := t.bucket(consentBucket)
	seq, err := b.NextSequence()
	if err == nil {
		err = b.Put(append(citizenKey(c.Citizen), seqKey(seq)...), writeConsent(c))
	}
	if err != nil {
		return fmt.Errorf("append a consent: %w", err)
	}
	return nil
}

func (t consents) Of(id bot.CitizenID) (cs []bot.Consent, err error) {
	for _, p := range under(t.bucket(consentBucket), citizenKey(id), noLimit) {
		c, err := readConsent(p.value)
		if err != nil {
			return nil, damaged("consent", err)
		}
		cs = append(cs, c)
	}
	return cs, nil
}

func writeConsent(c bot.Consent) []byte {
	w := writer{make([]byte, 0, 128)}
	w.text(1, string(c.Citizen))
	w.flag(2, c.Given)
	w.num(3, uint64(c.Version))
	w.text(4, string(c.Language))
	w.text(5, string(c.Platform))
	w.time(6, c.At)
	return w.b
}

func readConsent(v []byte) (c bot.Consent, err error) {
	r := reader{rest: v}
	for r.next() {
		switch r.field {
		case 1:
			c.Citizen = bot.CitizenID(r.text())
		case 2:
			c.Given = r.n != 0
		case 3:
			c.Version = int(r.n)
		case 4:
			c.Language = bot.Language(r.text())
		case 5:
			c.Platform = bot.Platform(r.text())
		case 6:
			c.At = r.time()
		}
	}
	return c, r.err
}
