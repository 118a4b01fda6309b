package answer

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"maps"
	"math"
	"slices"
)

// format names the layout and the meaning of a stored model. It changes with every change to what is
// learned from a corpus, so that a new program never reads the model of an old one.
const format = "ogpbot model 1\n"

// ErrForeign is returned by Unmarshal for what this version of the program did not write for this corpus.
var ErrForeign = errors.New("answer: the stored model is damaged or was made by another version or from other content; train it again")

// MarshalBinary gives what Unmarshal needs, with the corpus, to make the same model again: the format,
// the corpus' digest, what was learned, and a digest of all that.
func (m *Model) MarshalBinary() ([]byte, error) {
	w := writer{b: append([]byte(format), m.corpus[:]...)}
	m.each(&w)
	if w.err != nil {
		return nil, fmt.Errorf("answer: storing the model: %w", w.err)
	}
	sum := sha256.Sum256(w.b)
	return append(w.b, sum[:]...), nil
}

// Unmarshal reads a stored model. c must be the corpus that it was trained on. The error is ErrForeign
// for anything else than an unchanged result of MarshalBinary.
func Unmarshal(data []byte, c Corpus) (*Model, error) {
	body, found := bytes.CutPrefix(data, []byte(format))
	digest := c.digest()
	if !found || len(c.Languages) == 0 || len(body) < 2*sha256.Size || !bytes.HasPrefix(body, digest[:]) {
		return nil, ErrForeign
	}
	end := len(data) - sha256.Size
	if sum := sha256.Sum256(data[:end]); !bytes.Equal(sum[:], data[end:]) {
		return nil, ErrForeign
	}
	m := &Model{source: c.Entries, languages: slices.Clone(c.Languages), vocab: &vocabulary{fillers: fillerWords()}, corpus: digest}
	for _, e := range c.Entries {
		m.entries = append(m.entries, e.ID)
	}
	m.intents = slices.Sorted(maps.Keys(c.Hears))
	r := reader{b: data[len(format)+sha256.Size : end]}
	m.each(&r)
	m.speech.languages = m.languages
	if r.err != nil || len(r.b) > 0 || !m.sound() {
		return nil, ErrForeign
	}
	m.prepare(c)
	return m, nil
}

// visitor reads or writes lists of numbers, whose lengths it stores.
type visitor interface {
	bytes(*[]byte)
	words(*[]uint16)
	longs(*[]uint32)
	hashes(*[]uint64)
	floats(*[]float32)
}

// each shows everything that was learned to v, in a fixed order.
func (m *Model) each(v visitor) {
	t := &m.vocab.slots
	v.longs(&t.keys)
	v.longs(&t.slots)
	v.floats(&m.vocab.idf)
	v.longs(&m.vocab.forms.keys)
	v.longs(&m.vocab.forms.slots)
	v.longs(&m.vocab.conceptAt)
	v.longs(&m.vocab.concepts)
	m.topics.linear.each(v)
	p := &m.topics.phrases
	v.longs(&p.classes)
	v.longs(&p.lines)
	v.floats(&p.scales)
	v.longs(&p.items)
	m.tasks.each(v)
	numbers := m.belief.bits()
	v.hashes(&numbers)
	m.belief.setBits(numbers)
	v.bytes(&m.speech.scripts)
	v.longs(&m.speech.slots.keys)
	v.longs(&m.speech.slots.slots)
	v.floats(&m.speech.odds)
	v.floats(&m.speech.unseen)
	v.hashes(&m.exact.hashes)
	v.words(&m.exact.owners)
	v.words(&m.holds)
	v.words(&m.mixups)
}

func (l *linear) each(v visitor) {
	v.floats(&l.bias)
	v.longs(&l.offset)
	v.words(&l.class)
	v.floats(&l.weight)
}

type writer struct {
	b   []byte
	err error
}

func put[T any](w *writer, list []T) {
	w.b = binary.LittleEndian.AppendUint32(w.b, uint32(len(list)))
	b, err := binary.Append(w.b, binary.LittleEndian, list)
	if err != nil {
		w.err = err
		return
	}
	w.b = b
}

func (w *writer) bytes(l *[]byte)     { put(w, *l) }
func (w *writer) words(l *[]uint16)   { put(w, *l) }
func (w *writer) longs(l *[]uint32)   { put(w, *l) }
func (w *writer) hashes(l *[]uint64)  { put(w, *l) }
func (w *writer) floats(l *[]float32) { put(w, *l) }

type reader struct {
	b   []byte
	err error
}

func take[T any](r *reader, list *[]T, size int) {
	if r.err != nil {
		return
	}
	if len(r.b) < 4 {
		r.err = ErrForeign
		return
	}
	n := int(binary.LittleEndian.Uint32(r.b))
	r.b = r.b[4:]
	if n > len(r.b)/size {
		r.err = ErrForeign
		return
	}
	*list = make([]T, n)
	if _, err := binary.Decode(r.b[:n*size], binary.LittleEndian, *list); err != nil {
		r.err = err
		return
	}
	r.b = r.b[n*size:]
}

func (r *reader) bytes(l *[]byte)     { take(r, l, 1) }
func (r *reader) words(l *[]uint16)   { take(r, l, 2) }
func (r *reader) longs(l *[]uint32)   { take(r, l, 4) }
func (r *reader) hashes(l *[]uint64)  { take(r, l, 8) }
func (r *reader) floats(l *[]float32) { take(r, l, 4) }

func (b *belief) bits() []uint64 {
	bits := []uint64{math.Float64bits(b.bias), math.Float64bits(b.answer), math.Float64bits(b.suggest)}
	for _, w := range b.weights {
		bits = append(bits, math.Float64bits(w))
	}
	return bits
}

func (b *belief) setBits(bits []uint64) {
	if len(bits) != 3+len(b.weights) {
		b.bias = math.NaN() // which sound finds
		return
	}
	b.bias, b.answer, b.suggest = math.Float64frombits(bits[0]), math.Float64frombits(bits[1]), math.Float64frombits(bits[2])
	for i := range b.weights {
		b.weights[i] = math.Float64frombits(bits[3+i])
	}
}

func (b *belief) sound() bool {
	sum := b.bias + b.answer + b.suggest
	for _, w := range b.weights {
		sum += w
	}
	return !math.IsNaN(sum) && !math.IsInf(sum, 0)
}

// sound says whether no part of the model points outside another.
func (m *Model) sound() bool {
	v, n := m.vocab, len(m.entries)
	slots, forms, p := len(v.idf), len(v.conceptAt)-1, &m.topics.phrases
	for _, list := range [...][]float32{v.idf, m.topics.bias, m.topics.weight, m.tasks.bias, m.tasks.weight, p.scales, m.speech.odds, m.speech.unseen} {
		if slices.ContainsFunc(list, func(f float32) bool { return math.IsNaN(float64(f)) || math.IsInf(float64(f), 0) }) {
			return false
		}
	}
	if forms < 0 || len(m.mixups)%mixupWords != 0 || len(m.holds) != n || len(p.scales)+1 != len(p.lines) ||
		len(m.speech.scripts) != len(m.languages) || len(m.speech.unseen) != len(m.languages) || len(m.speech.odds)%len(m.languages) != 0 ||
		len(m.exact.hashes) != len(m.exact.owners) || !slices.IsSorted(m.exact.hashes) || below(n+len(m.intents), m.exact.owners) {
		return false
	}
	for i := 0; i+1 < len(m.mixups); i += mixupWords {
		if below(n, m.mixups[i:i+2]) {
			return false
		}
	}
	for _, it := range p.items {
		if int(it>>8) >= slots {
			return false
		}
	}
	return m.belief.sound() && v.slots.sound(slots) && v.forms.sound(forms) && m.speech.slots.sound(len(m.speech.odds)/len(m.languages)) &&
		rising(v.conceptAt, forms, len(v.concepts)) && rising(p.classes, n, len(p.scales)) && rising(p.lines, len(p.scales), len(p.items)) &&
		m.topics.sound(n+1, slots) && m.tasks.sound(len(m.intents), slots)
}

// below says whether a number of list is not below n.
func below(n int, list []uint16) bool {
	return slices.ContainsFunc(list, func(x uint16) bool { return int(x) >= n })
}

// rising says whether list has n+1 numbers from 0 to last that never fall.
func rising(list []uint32, n, last int) bool {
	return len(list) == n+1 && list[0] == 0 && slices.IsSorted(list) && int(list[n]) == last
}

func (l *linear) sound(classes, slots int) bool {
	return len(l.bias) == classes && len(l.class) == len(l.weight) && rising(l.offset, slots, len(l.class)) && !below(classes, l.class)
}

// sound says whether lookups end and give slots below n.
func (t *table) sound(n int) bool {
	free := 0
	for _, s := range t.slots {
		if s == 0 {
			free++
		}
		if int(s) > n {
			return false
		}
	}
	return len(t.keys) == len(t.slots) && len(t.keys)&(len(t.keys)-1) == 0 && free > 0
}

// digest identifies the corpus: two that differ in anything a model depends on differ in it.
func (c *Corpus) digest() [sha256.Size]byte {
	d := digester{h: sha256.New()}
	d.number(len(c.Languages))
	for _, l := range c.Languages {
		d.text(string(l))
	}
	d.number(len(c.Entries))
	for _, e := range c.Entries {
		d.text(e.ID)
		d.number(len(e.Tells))
		if e.Tells != nil {
			d.text("tells")
		}
		for _, t := range e.Tells {
			d.text(string(t))
		}
		for _, l := range c.Languages {
			d.text(e.Question[l])
			d.text(e.Answer[l])
			d.texts(e.Phrasings[l])
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.Hears)) {
		d.text(name)
		for _, l := range c.Languages {
			d.texts(c.Hears[name][l])
		}
	}
	d.number(len(c.Negatives))
	for _, n := range c.Negatives {
		d.text(string(n.Language))
		d.text(n.Text)
	}
	d.number(len(c.Concepts))
	for _, f := range c.Concepts {
		d.text(f.Concept)
		d.text(string(f.Language))
		d.text(f.Form)
		if f.Strict {
			d.text("strict")
		}
	}
	var sum [sha256.Size]byte
	d.h.Sum(sum[:0])
	return sum
}

// digester writes texts so that no two lists give the same bytes.
type digester struct {
	h   hash.Hash
	buf []byte
}

func (d *digester) number(n int) {
	d.buf = binary.LittleEndian.AppendUint32(d.buf[:0], uint32(n))
	d.h.Write(d.buf)
}

func (d *digester) text(s string) {
	d.buf = binary.LittleEndian.AppendUint32(d.buf[:0], uint32(len(s)))
	d.buf = append(d.buf, s...)
	d.h.Write(d.buf)
}

func (d *digester) texts(list []string) {
	d.number(len(list))
	for _, s := range list {
		d.text(s)
	}
}
