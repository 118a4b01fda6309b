package webchat

import (
	"container/list"
	"errors"
	"slices"
	"strconv"
	"sync"
	"time"
)

// Bounds of what is held in memory. A message of the bot takes about 2 KB.
const (
	maxEvents    = 60       // of one room
	maxRoomBytes = 64 << 10 // of one room
	maxBytes     = 32 << 20 // of all rooms that no page is open to, about
	roomBytes    = 512      // of an empty room, about
)

// errFull says that a page more would be too many.
var errFull = errors.New("too many open pages")

// event is a bubble, and when it was last changed, in microseconds. No two events have the same number.
type event struct {
	seq    int64
	bubble bubble
}

// room is what one citizen and the bot said lately: all that was said after since, in reading order.
type room struct {
	id      string
	since   int64
	events  []event
	bytes   int
	streams map[chan struct{}]struct{} // each is told, by one token, that there is something new
	place   *list.Element              // in rooms.used
}

// rooms holds the rooms of all citizens.
type rooms struct {
	perCitizen, most int // streams

	mu        sync.Mutex
	byID      map[string]*room
	used      *list.List // of *room, the one used last in front
	bytes     int
	streams   int
	clock     int64 // the newest number
	forgotten int64 // up to here History alone knows what was said to those without a room
}

func newRooms(perCitizen, most int, now time.Time) *rooms {
	return &rooms{perCitizen: perCitizen, most: most, byID: map[string]*room{}, used: list.New(),
		clock: now.UnixMicro(), forgotten: now.UnixMicro()}
}

// tick returns the next number. The caller holds mu, as of enter, add and forget.
func (rs *rooms) tick() int64 {
	rs.clock = max(rs.clock+1, time.Now().UnixMicro())
	return rs.clock
}

// enter returns the citizen's room, a new one if there is none.
func (rs *rooms) enter(id string) *room {
	r, ok := rs.byID[id]
	if !ok {
		r = &room{id: id, since: rs.forgotten, streams: map[chan struct{}]struct{}{}}
		r.place = rs.used.PushFront(r)
		rs.byID[id] = r
		rs.bytes += roomBytes
	}
	rs.used.MoveToFront(r.place)
	return r
}

// add puts b into r: in the place of the bubble of the same name, if there is one, else at the end.
func (rs *rooms) add(r *room, b bubble) {
	before := r.bytes
	e := event{rs.tick(), b}
	if i := r.index(b.Ref); i >= 0 {
		r.bytes -= r.events[i].bubble.size()
		r.events[i] = e
	} else {
		r.events = append(r.events, e)
	}
	r.bytes += b.size()
	r.trim()
	rs.bytes += r.bytes - before
	rs.forget()
	for wake := range r.streams {
		select {
		case wake <- struct{}{}:
		default: // it has a token
		}
	}
}

func (r *room) index(ref string) int {
	return slices.IndexFunc(r.events, func(e event) bool { return e.bubble.Ref == ref })
}

// trim forgets the oldest events of a room that is too full. It cuts before words of the citizen, where everything
// above is older than everything below, so that History has exactly what is missing.
func (r *room) trim() {
	if len(r.events) <= maxEvents && r.bytes <= maxRoomBytes {
		return
	}
	cut, newest := len(r.events), int64(0)
	for i := 1; i < len(r.events); i++ {
		newest = max(newest, r.events[i-1].seq)
		if i < len(r.events)/4 || r.events[i-1].bubble.Mine || !r.events[i].bubble.Mine {
			continue
		}
		if !slices.ContainsFunc(r.events[i:], func(e event) bool { return e.seq < newest }) {
			cut = i
			break
		}
	}
	for _, e := range r.events[:cut] {
		r.bytes -= e.bubble.size()
		r.since = max(r.since, e.seq)
	}
	r.events = slices.Clone(r.events[cut:])
}

// forget gives up the rooms that were not used for longest, but none with an open page.
func (rs *rooms) forget() {
	for at := rs.used.Back(); at != nil && rs.bytes > maxBytes; {
		r := at.Value.(*room)
		at = at.Prev()
		if len(r.streams) > 0 {
			continue
		}
		rs.used.Remove(r.place)
		delete(rs.byID, r.id)
		rs.bytes -= r.bytes + roomBytes
		rs.forgotten = rs.tick()
	}
}

// say adds the citizen's own words, unless they are there already.
func (rs *rooms) say(id string, b bubble) (added bool) {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	r := rs.enter(id)
	if r.index(b.Ref) >= 0 {
		return false
	}
	rs.add(r, b)
	return true
}

// clear takes out of the citizen's room all that was said.
func (rs *rooms) clear(id string) {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	r, ok := rs.byID[id]
	if !ok {
		return
	}
	rs.bytes -= r.bytes
	r.events, r.bytes, r.since = nil, 0, rs.tick()
	for wake := range r.streams {
		select {
		case wake <- struct{}{}:
		default: // it has a token
		}
	}
}

// open makes the citizen's room, so that a reply is kept.
func (rs *rooms) open(id string) {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	rs.enter(id)
}

// withdraw takes back what say added, because it could not be stored.
func (rs *rooms) withdraw(id, ref string) {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	r := rs.enter(id)
	if i := r.index(ref); i >= 0 {
		size := r.events[i].bubble.size()
		r.bytes, rs.bytes = r.bytes-size, rs.bytes-size
		r.events = slices.Delete(r.events, i, i+1)
	}
}

// deliver adds what the bot says, unless nobody can be looking, and returns its name: b.Ref, or a new one if that is "".
// It does nothing and ok is false if seen, which asks for an open page, and there is none.
func (rs *rooms) deliver(id string, b bubble, seen bool) (ref string, ok bool) {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	if r, ok := rs.byID[id]; seen && (!ok || len(r.streams) == 0) {
		return "", false
	}
	if b.Ref == "" {
		b.Ref = botRef + strconv.FormatInt(rs.tick(), 36)
	}
	if r, ok := rs.byID[id]; ok {
		rs.add(r, b)
	} else {
		rs.forgotten = rs.tick()
	}
	return b.Ref, true
}

// known returns the events of the citizen's room, where History has what came until since, and the number of the
// newest change that is among them.
func (rs *rooms) known(id string) (events []event, since, cursor int64) {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	cursor = rs.tick()
	if r, ok := rs.byID[id]; ok {
		rs.used.MoveToFront(r.place)
		return slices.Clone(r.events), r.since, cursor
	}
	return nil, cursor, cursor
}

// after returns what changed after cursor, oldest change first. whole is false if there may be more.
func (rs *rooms) after(id string, cursor int64) (events []event, whole bool) {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	r, ok := rs.byID[id]
	if !ok || cursor < r.since || cursor > rs.clock {
		return nil, false
	}
	for _, e := range r.events {
		if e.seq > cursor {
			events = append(events, e)
		}
	}
	slices.SortFunc(events, func(a, b event) int { return int(a.seq - b.seq) })
	return events, true
}

// join opens the citizen's room to one more stream, which must leave it.
func (rs *rooms) join(id string) (wake chan struct{}, err error) {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	if r, ok := rs.byID[id]; rs.streams >= rs.most || ok && len(r.streams) >= rs.perCitizen {
		return nil, errFull
	}
	wake = make(chan struct{}, 1)
	rs.enter(id).streams[wake] = struct{}{}
	rs.streams++
	return wake, nil
}

func (rs *rooms) leave(id string, wake chan struct{}) {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	delete(rs.enter(id).streams, wake)
	rs.streams--
	rs.forget()
}
