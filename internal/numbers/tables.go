package numbers

import (
	"maps"
	"math"
	"slices"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

// questions are those in words, what the bot did with them, and how many got an answer, of the bot or of a person.
func (r reading) questions(out *Report) error {
	asked, err := r.sums(bot.CountQuestions, out.Steps)
	if err != nil {
		return err
	}
	settled, err := r.sums(bot.CountSettled, out.Steps)
	if err != nil {
		return err
	}
	moved, err := r.sums(bot.CountMoved, out.Steps)
	if err != nil {
		return err
	}
	kinds, rates := Table{Name: Questions}, Table{Name: AnswerRate}
	answers, questions := 0, 0
	for i, step := range out.Steps {
		a := asked[i]
		of := a[bot.QuestionAnswered] + a[bot.QuestionSuggested] + a[bot.QuestionUnknown]
		got := a[bot.QuestionAnswered] + a[bot.QuestionChosen] - a[bot.QuestionRejected] +
			settled[i][string(bot.WhyUnknown)] + settled[i][string(bot.WhyWrong)]
		out.Asked += of
		of -= moved[i][""]
		answers, questions = answers+got, questions+of
		kinds.Rows = append(kinds.Rows, Row{Step: step, Values: numbers(a[bot.QuestionAnswered], a[bot.QuestionSuggested], a[bot.QuestionUnknown])})
		rates.Rows = append(rates.Rows, Row{Step: step, Values: []Value{{N: ratio(got, of)}}})
	}
	out.Rate = ratio(answers, questions)
	out.Tables = append(out.Tables, kinds, rates)
	return nil
}

// times are how long people who asked or filed something waited for the answer of a person.
func (r reading) times(out *Report) error {
	t := Table{Name: AnswerTime}
	took := make([]map[bot.Span]int, len(out.Steps))
	all := map[bot.Span]int{}
	for _, what := range []bot.Measure{bot.CountSettledIn, bot.CountAnsweredIn} {
		sums, err := r.sums(what, out.Steps)
		if err != nil {
			return err
		}
		for i, of := range sums {
			if took[i] == nil {
				took[i] = map[bot.Span]int{}
			}
			for span, n := range of {
				took[i][bot.Span(span)] += n
				all[bot.Span(span)] += n
			}
		}
	}
	for i, step := range out.Steps {
		t.Rows = append(t.Rows, Row{Step: step, Values: []Value{hours(.5, took[i]), hours(.9, took[i])}})
	}
	out.Median, _ = bot.Quantile(.5, all)
	out.P90, _ = bot.Quantile(.9, all)
	out.Tables = append(out.Tables, t)
	return nil
}

func hours(q float64, of map[bot.Span]int) Value {
	d, ok := bot.Quantile(q, of)
	if !ok {
		return Value{N: math.NaN()}
	}
	return Value{N: d.Round(6 * time.Minute).Hours()}
}

// subscribers are those who agreed to be sent news, at the end of each step.
func (r reading) subscribers(out *Report) error {
	t := Table{Name: Subscribers}
	n := make([]int, len(out.Steps))
	err := r.count(bot.CountSubscribers, math.MinInt32, out.Last, func(c bot.Count) { n[stepOf(out.Steps, c.Day)] += c.N })
	if err != nil {
		return err
	}
	came, err := r.sums(bot.CountSubscribed, out.Steps)
	if err != nil {
		return err
	}
	left, err := r.sums(bot.CountStopped, out.Steps)
	for i, step := range out.Steps {
		if i > 0 {
			n[i] += n[i-1]
		}
		t.Rows = append(t.Rows, Row{Step: step, Values: numbers(n[i], came[i][""], left[i][""])})
	}
	out.Subscribers = n[len(n)-1]
	out.Tables = append(out.Tables, t)
	return err
}

func (r reading) cases(out *Report) error {
	t := Table{Name: Cases}
	ns := make([][3]int, len(out.Steps))
	for i, what := range []bot.Measure{bot.CountFiled, bot.CountAnswered, bot.CountClosed} {
		err := r.count(what, out.First, out.Last, func(c bot.Count) { ns[stepOf(out.Steps, c.Day)][i] += c.N })
		if err != nil {
			return err
		}
	}
	for i, step := range out.Steps {
		t.Rows = append(t.Rows, Row{Step: step, Values: numbers(ns[i][:]...)})
		out.Filed += ns[i][0]
	}
	out.Tables = append(out.Tables, t)
	return nil
}

// commitments are the scores as they are now, of whenever they were given, and the questions of the period.
func (r reading) commitments(out *Report) error {
	scores, asked := map[string]*[6]int{}, map[string]*[3]int{}
	err := r.count(bot.CountScores, math.MinInt32, out.Last, func(c bot.Count) {
		if id, score := bot.Scored(c.Of); score > 0 {
			if scores[id] == nil {
				scores[id] = &[6]int{}
			}
			scores[id][score] += c.N
		}
	})
	if err != nil {
		return err
	}
	for i, what := range []bot.Measure{bot.CountCommitment, bot.CountOfPromise} {
		err := r.count(what, out.First, out.Last, func(c bot.Count) {
			if asked[c.Of] == nil {
				asked[c.Of] = &[3]int{}
			}
			asked[c.Of][i] += c.N
		})
		if err != nil {
			return err
		}
	}
	given, questions := Table{Name: Scores}, Table{Name: Promises}
	for _, c := range r.lib.Commitments() {
		row := Row{Key: c.ID, Values: []Value{{N: math.NaN()}}}
		if s := scores[c.ID]; s != nil {
			row.Values[0].N = average(*s)
			row.Values = append(row.Values, numbers(s[1:]...)...)
		} else {
			row.Values = append(row.Values, numbers(0, 0, 0, 0, 0)...)
		}
		given.Rows = append(given.Rows, row)
		n := asked[c.ID]
		if n == nil {
			n = &[3]int{}
		}
		questions.Rows = append(questions.Rows, Row{Key: c.ID, Values: numbers(n[0], n[1])})
	}
	out.Tables = append(out.Tables, given, questions)
	return nil
}

func average(scores [6]int) float64 {
	n, sum := 0, 0
	for score, people := range scores {
		n, sum = n+people, sum+score*people
	}
	if n <= 0 {
		return math.NaN()
	}
	return math.Round(10*float64(sum)/float64(n)) / 10
}

// arrived is the column of a fate among those of reach: sent, held, unreachable; -1: nobody knows yet.
func arrived(f bot.Fate) int {
	switch f {
	case bot.FateSent, bot.FateLater:
		return 0
	case bot.FateHeld:
		return 1
	case bot.FateUnreachable, bot.FateFailed:
		return 2
	}
	return -1
}

// reachedBy is what announcements of some days came to, by village: sums, and the most of a single one, which are people.
type reachedBy struct{ sum, most [3]int }

// announcement is one that was sent, and what it came to.
type announcement struct {
	id   string
	day  bot.Day
	came []bot.Reached // of scope
	read bool
}

// announcements lists those that were sent.
func (r reading) announcements() (all []*announcement, err error) {
	for p := (store.Page{Limit: 100}); ; {
		bs, next, err := r.tx.Broadcasts.Latest(p)
		if err != nil {
			return nil, err
		}
		for _, b := range bs {
			if b.State != bot.BroadcastWaiting && b.State != bot.BroadcastScheduled {
				all = append(all, &announcement{id: b.ID, day: bot.DayOf(b.At, r.zone)})
			}
		}
		if p.After = next; next == "" {
			return all, nil
		}
	}
}

// announced calls take with what each announcement of some days came to.
func (r reading) announced(first, last bot.Day, take func([]bot.Reached)) error {
	for _, a := range r.sent {
		if a.day < first || a.day > last {
			continue
		}
		if !a.read {
			came, err := r.tx.Broadcasts.Reach(a.id)
			if err != nil {
				return err
			}
			a.came, a.read = slices.DeleteFunc(came, func(x bot.Reached) bool { return !r.scope.Allows(x.Village) }), true
		}
		take(a.came)
	}
	return nil
}

func (r reading) reach(out *Report) error {
	platforms := map[bot.Platform]*[3]int{}
	err := r.announced(out.First, out.Last, func(all []bot.Reached) {
		for _, x := range all {
			column := arrived(x.Fate)
			if column < 0 {
				continue
			}
			if platforms[x.Platform] == nil {
				platforms[x.Platform] = &[3]int{}
			}
			platforms[x.Platform][column] += x.People
			if column == 0 {
				out.Sent += x.People
			}
		}
	})
	t := Table{Name: Reach}
	for _, p := range slices.Sorted(maps.Keys(platforms)) {
		t.Rows = append(t.Rows, Row{Key: string(p), Values: numbers(platforms[p][:]...)})
	}
	out.Tables = append(out.Tables, t)
	return err
}

func (r reading) writers(out *Report, p Period) error {
	of := bot.InWeek
	if p == All {
		of = bot.InMonth
	}
	return r.count(bot.CountWriters, out.First, out.Last, func(c bot.Count) {
		if c.Of == of {
			out.Writers += c.N
		}
	})
}
