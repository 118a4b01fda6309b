package answer

import (
	"cmp"
	"maps"
	"math/bits"
	"slices"

	"ogpbot/bot"
	"ogpbot/internal/answer/georgian"
)

// gazetteer finds villages by what people call them.
type gazetteer struct {
	villages []bot.Village
	names    []placeName
	roles    map[string]role // of a word's stem
}

// placeName is one way to write a village's name.
type placeName struct {
	village int
	core    []word
	saying  // what the words around the core say
}

// saying is what the words around a name say about it.
type saying struct {
	part rune // 'u' upper, 'l' lower, 0 not said
	kind rune // 'v' village, 'c' city, 0 not said
}

// role is what a word does beside a name.
type role uint8

const (
	roleName role = iota
	roleUpper
	roleLower
	roleVillage
	roleCity
	roleAround // says no more than "I am from"
)

var placeWords = [...]struct {
	role  role
	words string
}{
	{roleUpper, `ზედა ზემო upper haut`},
	{roleLower, `ქვედა ქვემო lower bas`},
	{roleVillage, `სოფელი სოფ სოფლიდან სოფელში სოფლის sopeli სოფელ village`},
	{roleCity, `ქალაქი ქალაქ ქ daba დაბა city town ville`},
	{roleAround, `მე ჩვენ ვარ ვართ ვარო ჩემი ჩვენი არის ვცხოვრობ ვცხოვრობთ ცხოვრობ ვცხოვრობო მოვდივარ გახლავართ აქ აი კი დიახ გამარჯობა გამარჯობათ მადლობა
		i i'm j am live lives in from my is the of we are yes hello je suis habite vis de d à au le la mon c'est est nous sommes oui bonjour`},
}

func newGazetteer(v *vocabulary, villages []bot.Village) gazetteer {
	g := gazetteer{villages: villages, roles: map[string]role{}}
	for _, p := range placeWords {
		for w := range georgian.Words(p.words) {
			g.roles[stemOf(georgian.Key(w))] = p.role
		}
	}
	for i, village := range villages {
		for _, l := range slices.Sorted(maps.Keys(village.Name)) {
			g.add(v, i, village.Name[l])
		}
		for _, name := range village.Also {
			g.add(v, i, name)
		}
	}
	return g
}

// add notes a name, and one of several words also as people write it in one.
func (g *gazetteer) add(v *vocabulary, village int, text string) {
	all := v.appendWords(nil, text)
	core, said := g.split(all)
	if len(core) == 0 {
		core, said = all, saying{}
	}
	if len(core) == 0 {
		return
	}
	g.names = append(g.names, placeName{village, core, said})
	if len(core) > 1 {
		whole := ""
		for _, w := range core {
			whole += w.key
		}
		g.names = append(g.names, placeName{village, []word{{key: whole, stem: stemOf(whole)}}, said})
	}
}

// split parts the words that may be a name from what stands around them.
func (g *gazetteer) split(words []word) (core []word, said saying) {
	for _, w := range words {
		switch g.roles[w.stem] {
		case roleUpper:
			said.part = 'u'
		case roleLower:
			said.part = 'l'
		case roleVillage:
			said.kind = 'v'
		case roleCity:
			said.kind = 'c'
		case roleAround:
			// no part of a name
		default:
			core = append(core, w)
		}
	}
	return core, said
}

// How well a name has to fit. 1 is the very spelling.
const (
	fitOffered = .6
	fitSure    = .78
	fitLead    = .04 // over the next village, to be sure
	fitPrefix  = .62 // the beginning of a name
)

// Villages gives the villages that text may name, best first, at most limit. sure: the first is meant
// beyond doubt: it leads, and nothing else is in the message.
func (m *Model) Villages(text string, limit int) ([]bot.Village, bool) {
	words := m.vocab.appendWords(nil, text)
	core, said := m.places.split(words)
	if len(core) == 0 {
		core = words
	}
	type hit struct {
		village int
		fit     float64
		used    int // words of core
	}
	var hits []hit
	for _, n := range m.places.names {
		h := hit{n.village, n.fit(core) - n.odd(said, m.places.villages[n.village].Kind), len(n.core)}
		if h.fit < fitOffered {
			continue
		}
		if i := slices.IndexFunc(hits, func(o hit) bool { return o.village == h.village }); i < 0 {
			hits = append(hits, h)
		} else if h.fit > hits[i].fit {
			hits[i] = h
		}
	}
	slices.SortStableFunc(hits, func(a, b hit) int { return cmp.Or(cmp.Compare(b.fit, a.fit), cmp.Compare(a.village, b.village)) })
	var found []bot.Village
	for _, h := range hits[:min(len(hits), max(limit, 0))] {
		found = append(found, m.places.villages[h.village])
	}
	if len(found) == 0 {
		return nil, false
	}
	leads := len(hits) == 1 || hits[0].fit-hits[1].fit >= fitLead
	everyday := len(core) == 1 && said == saying{} && m.vocab.everyday(core[0])
	return found, leads && hits[0].fit >= fitSure && hits[0].used == len(core) && !everyday
}

// everyday says whether w is much used for other things, as მერია is both a village and the city hall.
func (v *vocabulary) everyday(w word) bool {
	slot, known := v.forms.find(mix(hash32(kindForm, w.stem)))
	return known && len(v.conceptsOf(slot)) >= 3
}

// fit says how well the name is met in words that follow one another: that of its worst word.
func (n *placeName) fit(words []word) float64 {
	best := 0.0
	for i := 0; i+len(n.core) <= len(words); i++ {
		worst := 1.0
		for k, w := range n.core {
			worst = min(worst, alike(words[i+k], w))
		}
		best = max(best, worst)
	}
	return best
}

// odd is what speaks against the name in what stands around it.
func (n *placeName) odd(said saying, kind string) float64 {
	odd := 0.0
	switch {
	case said.part != 0 && n.part != 0 && said.part != n.part:
		odd += 1
	case said.part != n.part:
		odd += .05
	}
	isCity := kind == "city"
	switch {
	case said.kind == 'v' && isCity, said.kind == 'c' && !isCity && kind != "daba" && n.kind != 'c':
		odd += .1
	case said.kind == 0 && n.kind != 0:
		odd += .05
	}
	return odd
}

// alike compares a written word with one of a name: 1 for the same key, less for the same stem, for a
// letter or two wrong, and for a beginning.
func alike(written, name word) float64 {
	switch {
	case written.key == name.key:
		return 1
	case written.stem == name.stem:
		return .97
	}
	length := min(len(written.stem), len(name.stem))
	allowed := 0
	switch {
	case length >= 8:
		allowed = 2
	case length >= 4:
		allowed = 1
	}
	if allowed > 0 {
		if d := min(edits(written.stem, name.stem, allowed), edits(written.key, name.key, allowed)); d <= allowed {
			return .92 - .06*float64(d)
		}
	}
	if len(written.key) >= 3 && len(name.key) > len(written.key) && name.key[:len(written.key)] == written.key {
		return fitPrefix
	}
	return 0
}

// letters is the set of the letters of s, as far as 32 bits tell them apart.
func letters(s string) (set uint32) {
	for i := range len(s) {
		set |= 1 << (s[i] & 31)
	}
	return set
}

// edits counts the letters to change, add, drop or swap with the next between a and b. It gives more than most if they are
// more than that.
func edits(a, b string, most int) int {
	if d := len(a) - len(b); d > most || -d > most {
		return most + 1
	}
	if bits.OnesCount32(letters(a)^letters(b)) > 2*most { // an edit takes one letter and brings one, at most
		return most + 1
	}
	var room [3][maxKey*4 + 1]uint8
	if len(b) >= len(room[0]) {
		return most + 1
	}
	before, last, now := &room[0], &room[1], &room[2]
	for j := range len(b) + 1 {
		last[j] = uint8(j)
	}
	for i := range len(a) {
		now[0] = uint8(i + 1)
		for j := range len(b) {
			cost := uint8(1)
			if a[i] == b[j] {
				cost = 0
			}
			now[j+1] = min(last[j]+cost, last[j+1]+1, now[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				now[j+1] = min(now[j+1], before[j-1]+1)
			}
		}
		before, last, now = last, now, before
	}
	return int(last[len(b)])
}
