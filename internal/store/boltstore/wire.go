package boltstore

import (
	"encoding/binary"
	"errors"
	"slices"
	"time"
)

// Values are messages in the wire format of Protocol Buffers
// (protobuf.dev/programming-guides/encoding), with varint and length-delimited fields only. A field
// with the zero value is left out; one that this program does not know is skipped. So a field can be
// added at any time, under a number never used before, and a number is never used again.

const (
	wireVarint = 0
	wireBytes  = 2
)

var errWire = errors.New("a stored value cannot be read")

// writer appends fields to b.
type writer struct{ b []byte }

func (w *writer) num(field int, n uint64) {
	if n != 0 {
		w.b = binary.AppendUvarint(w.b, uint64(field)<<3|wireVarint)
		w.b = binary.AppendUvarint(w.b, n)
	}
}

func (w *writer) flag(field int, set bool) {
	if set {
		w.num(field, 1)
	}
}

func (w *writer) text(field int, s string) {
	if s != "" {
		w.item(field, s)
	}
}

// item is text for an item of a list, which is kept even if it is empty.
func (w *writer) item(field int, s string) {
	w.b = binary.AppendUvarint(w.b, uint64(field)<<3|wireBytes)
	w.b = binary.AppendUvarint(w.b, uint64(len(s)))
	w.b = append(w.b, s...)
}

// time writes seconds since 1970 and nanoseconds.
func (w *writer) time(field int, t time.Time) {
	if !t.IsZero() {
		w.b = binary.AppendUvarint(w.b, uint64(field)<<3|wireBytes)
		w.b = append(w.b, timeSize)
		w.b = binary.BigEndian.AppendUint64(w.b, uint64(t.Unix()))
		w.b = binary.BigEndian.AppendUint32(w.b, uint32(t.Nanosecond()))
	}
}

const timeSize = 12

// nested writes a message within the message, in place: its size is put before it when it is known.
func (w *writer) nested(field int, fill func(*writer)) {
	w.b = binary.AppendUvarint(w.b, uint64(field)<<3|wireBytes)
	start := len(w.b)
	fill(w)
	var size [binary.MaxVarintLen64]byte
	w.b = slices.Insert(w.b, start, size[:binary.PutUvarint(size[:], uint64(len(w.b)-start))]...)
}

// reader goes through the fields of a message: for r.next() { switch r.field ... }; then r.err.
type reader struct {
	rest  []byte
	field int
	n     uint64 // of a varint field
	data  []byte // of a length-delimited field; part of the page, to be copied
	err   error
}

func (r *reader) next() bool {
	if len(r.rest) == 0 || r.err != nil {
		return false
	}
	key := r.varint()
	r.field, r.n, r.data = int(key>>3), 0, nil
	switch key & 7 {
	case wireVarint:
		r.n = r.varint()
	case wireBytes:
		size := r.varint()
		if size > uint64(len(r.rest)) {
			r.err = errWire
			return false
		}
		r.data, r.rest = r.rest[:size:size], r.rest[size:]
	default:
		r.err = errWire
	}
	return r.err == nil
}

func (r *reader) varint() uint64 {
	n, size := binary.Uvarint(r.rest)
	if size <= 0 {
		r.err, r.rest = errWire, nil
		return 0
	}
	r.rest = r.rest[size:]
	return n
}

func (r *reader) text() string { return string(r.data) }

func (r *reader) time() time.Time {
	if len(r.data) != timeSize {
		r.err = errWire
		return time.Time{}
	}
	seconds := int64(binary.BigEndian.Uint64(r.data))
	return time.Unix(seconds, int64(binary.BigEndian.Uint32(r.data[8:]))).UTC()
}

// nested reads a message within the message.
func (r *reader) nested(take func(*reader)) {
	in := reader{rest: r.data}
	for in.next() {
		take(&in)
	}
	if in.err != nil {
		r.err = in.err
	}
}
