package answer

import "math"

// A long message is judged by its telling part too: windows of windowWords words, each windowStep
// words after the last. A class scores the mean of the whole message and of its best window.
const (
	longMessage = 16
	windowWords = 10
	windowStep  = 4
)

// read fills the room with the words, features and terms of text.
func (m *Model) read(r *room, text string) {
	r.words = m.vocab.appendWords(r.words[:0], text)
	m.readWords(r)
}

func (m *Model) readWords(r *room) {
	r.features, r.starts = r.features[:0], r.starts[:0]
	for i := range r.words {
		r.starts = append(r.starts, len(r.features))
		r.features = m.vocab.appendWord(r.features, r.words[i:])
	}
	r.starts = append(r.starts, len(r.features))
	r.terms = m.vocab.appendTerms(r.terms[:0], r.features, r.dense)
}

// rank scores every entry and "none" in r.scores.
func (m *Model) rank(k *ranker, r *room) {
	k.score(r.scores, r.terms)
	if len(r.words) < longMessage {
		return
	}
	for i := range r.best {
		r.best[i] = float32(math.Inf(-1))
	}
	for w := range windows(len(r.words)) {
		m.look(k, r, w)
		for i, s := range r.window {
			r.best[i] = max(r.best[i], s)
		}
	}
	for i := range r.scores {
		r.scores[i] = (r.scores[i] + r.best[i]) / 2
	}
}

// span is some words of a message that follow one another.
type span struct{ from, to int }

// windows gives the windows of a message of n words.
func windows(n int) func(yield func(span) bool) {
	return func(yield func(span) bool) {
		for from := 0; ; from += windowStep {
			to := min(from+windowWords, n)
			if !yield(span{from, to}) || to == n {
				return
			}
		}
	}
}

// look scores one window in r.window and gives its terms, which are good until the next look.
func (m *Model) look(k *ranker, r *room, w span) []term {
	whole := len(r.terms)
	r.terms = m.vocab.appendTerms(r.terms, r.features[r.starts[w.from]:r.starts[w.to]], r.dense)
	terms := r.terms[whole:]
	r.terms = r.terms[:whole]
	k.score(r.window, terms)
	return terms
}

// view is what evidence is gathered from.
type view struct {
	words  []word
	terms  []term
	scores []float32
}

// focus gives the whole message, or of a long one the window that speaks most for class.
func (m *Model) focus(k *ranker, r *room, class int) view {
	if len(r.words) < longMessage {
		return view{r.words, r.terms, r.scores}
	}
	best, score := span{}, float32(math.Inf(-1))
	for w := range windows(len(r.words)) {
		m.look(k, r, w)
		if r.window[class] > score {
			best, score = w, r.window[class]
		}
	}
	terms := m.look(k, r, best)
	return view{r.words[best.from:best.to], terms, r.window}
}

// top gives the classes of the greatest scores, best first, -1 where there are fewer.
func top(scores []float32) [3]int {
	t := [3]int{-1, -1, -1}
	for i, s := range scores {
		for k := range t {
			if t[k] < 0 || s > scores[t[k]] {
				copy(t[k+1:], t[k:2])
				t[k] = i
				break
			}
		}
	}
	return t
}

// weigh gathers the evidence for first; second, the entry after it, may be -1.
func (m *Model) weigh(k *ranker, r *room, first, second int) evidence {
	var e evidence
	v := m.focus(k, r, first)
	none := len(v.scores) - 1
	z := float64(v.scores[first])
	e[seenScore] = z
	e[seenNone] = float64(v.scores[none])
	all := float64(sigmoid(v.scores[none])) + .05
	for _, s := range v.scores[:none] {
		if s > -8 {
			all += float64(sigmoid(s))
		}
	}
	e[seenShare] = float64(sigmoid(v.scores[first])) / all
	for _, t := range v.terms {
		r.dense[t.slot] = t.value
	}
	like := k.phrases.similarity(first, r.dense, r.marks)
	e[seenLike] = float64(like)
	for _, t := range v.terms {
		if r.marks[t.slot] {
			e[seenCovered] += float64(t.value * t.value)
		}
	}
	telling, content := m.telling(v.words, r.marks)
	if telling <= 1 {
		e[seenOneWord] = 1
	}
	r.thin = telling == 0 || telling == 1 && content >= thinMessage
	if second >= 0 {
		e[seenLead] = z - float64(v.scores[second])
		e[seenLikeLead] = float64(like - k.phrases.similarity(second, r.dense, nil))
	}
	for _, t := range v.terms {
		r.dense[t.slot], r.marks[t.slot] = 0, false
	}
	e[seenLength] = math.Log(1 + float64(len(v.words)))
	return e
}

// thinMessage: where so many words could tell the topic and at most one is the entry's, the message is about
// something else. Measured on 16,500 commands to a voice assistant, the share that gets an answer falls from
// 3.3 % to 1.4 %; of real questions two in a hundred are offered instead of answered.
const thinMessage = 3

// telling counts the words that are no fillers, and those of them whose stem is marked.
func (m *Model) telling(words []word, marks []bool) (telling, content int) {
	for _, w := range words {
		if w.filler {
			continue
		}
		content++
		if s, known := m.vocab.slots.find(w.hash); known && marks[s] {
			telling++
		}
	}
	return telling, content
}
