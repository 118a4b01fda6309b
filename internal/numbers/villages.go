package numbers

import (
	"math"
	"slices"

	"ogpbot/bot"
)

// Columns of Life.
const (
	lifeWriters = iota
	lifeQuestions
	lifeCases
	lifeSubscribers
	lifeColumns
)

// place is what is known of one village in some days.
type place struct {
	life  [lifeColumns]int
	reach reachedBy
}

// places are those of the scope, in the order of the content, and "" for what is not known. Villages that the content has no more
// are at the end.
func (r reading) places(of map[string]*place) (ids []string) {
	for _, v := range r.lib.Villages() {
		if r.scope.Allows(v.ID) {
			ids = append(ids, v.ID)
		}
	}
	n := len(ids)
	for id := range of {
		if id != "" && !slices.Contains(ids[:n], id) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids[n:])
	if r.scope.All {
		ids = append(ids, "")
	}
	return ids
}

// villages are the tables by village. What an observer may not know is hidden.
func (r reading) villages(out *Report, p Period) error {
	if !r.observer {
		of, err := r.between(out.First, out.Last, p)
		if err != nil {
			return err
		}
		life, reach := r.tables(r.places(of), of, false)
		out.Tables = append(out.Tables, reach, life)
		return nil
	}
	out.FiledShown = map[bot.Day]map[string]bool{}
	var months []Step
	switch p {
	case Week:
		out.Tables = append(out.Tables, Table{Name: Reached, Withheld: true}, Table{Name: Life, Withheld: true})
		return nil
	case Month:
		months = []Step{monthOf(out.Last, -1)}
	case All:
		for _, s := range out.Steps {
			if m := monthOf(s.First, 0); m.First >= out.First && m.Last < out.Last {
				months = append(months, m)
			}
		}
	}
	var life, reach Table
	for _, m := range months {
		of, err := r.between(m.First, m.Last, All)
		if err != nil {
			return err
		}
		l, n := r.tables(r.places(of), of, true)
		out.FiledShown[m.First] = map[string]bool{}
		for _, row := range l.Rows {
			out.FiledShown[m.First][row.Key] = !row.Values[lifeCases].Hidden
		}
		life, reach = addShown(life, l), addShown(reach, n)
	}
	life.Name, reach.Name = Life, Reached
	life.Partly, reach.Partly = len(months) > 1, len(months) > 1
	out.Tables = append(out.Tables, reach, life)
	return nil
}

// between reads what happened by village. Writers are those of a week each, or of a month if p is All.
func (r reading) between(first, last bot.Day, p Period) (map[string]*place, error) {
	of := map[string]*place{}
	at := func(village string) *place {
		if of[village] == nil {
			of[village] = &place{}
		}
		return of[village]
	}
	period := bot.InWeek
	if p == All {
		period = bot.InMonth
	}
	for _, x := range []struct {
		what  bot.Measure
		first bot.Day
		take  func(c bot.Count)
	}{
		{bot.CountWriters, first, func(c bot.Count) {
			if c.Of == period {
				at(c.Village).life[lifeWriters] += c.N
			}
		}},
		{bot.CountQuestions, first, func(c bot.Count) {
			if c.Of != bot.QuestionChosen && c.Of != bot.QuestionRejected {
				at(c.Village).life[lifeQuestions] += c.N
			}
		}},
		{bot.CountFiled, first, func(c bot.Count) { at(c.Village).life[lifeCases] += c.N }},
		{bot.CountSubscribers, math.MinInt32, func(c bot.Count) { at(c.Village).life[lifeSubscribers] += c.N }},
	} {
		if err := r.count(x.what, x.first, last, x.take); err != nil {
			return nil, err
		}
	}
	err := r.announced(first, last, func(all []bot.Reached) {
		one := map[string]*[3]int{}
		for _, x := range all {
			if column := arrived(x.Fate); column >= 0 {
				if one[x.Village] == nil {
					one[x.Village] = &[3]int{}
				}
				one[x.Village][column] += x.People
			}
		}
		for village, n := range one {
			p := at(village)
			for i := range n {
				p.reach.sum[i] += n[i]
				p.reach.most[i] = max(p.reach.most[i], n[i])
			}
		}
	})
	return of, err
}

// tables makes the tables by village; with hide as an observer may see them.
func (r reading) tables(ids []string, of map[string]*place, hide bool) (life, reach Table) {
	life, reach = Table{Name: Life}, Table{Name: Reached}
	places := make([]place, len(ids))
	for i, id := range ids {
		if of[id] != nil {
			places[i] = *of[id]
		}
		life.Rows = append(life.Rows, Row{Key: id, Values: numbers(places[i].life[:]...)})
		reach.Rows = append(reach.Rows, Row{Key: id, Values: numbers(places[i].reach.sum[:]...)})
	}
	if !hide {
		return life, reach
	}
	for column := range lifeColumns {
		hideColumn(life.Rows, column, func(i int) bool { return column != lifeSubscribers && places[i].life[lifeWriters] < Few })
	}
	for column := range 3 {
		hideColumn(reach.Rows, column, func(i int) bool { return places[i].reach.most[column] < Few })
	}
	return life, reach
}

// hideColumn hides what Hide says.
func hideColumn(rows []Row, column int, few func(row int) bool) {
	ns, must := make([]int, len(rows)), make([]bool, len(rows))
	for i, row := range rows {
		ns[i], must[i] = int(row.Values[column].N), few(i)
	}
	for i, hidden := range Hide(ns, must) {
		if hidden {
			rows[i].Values[column] = Value{N: math.NaN(), Hidden: true}
		}
	}
}

// Hide tells which of numbers that add up to a known total may not be shown: those below Few, those of few people (must; nil: none),
// and as many of the smallest others as it takes that the hidden ones are not one alone, nor together below Few.
func Hide(ns []int, must []bool) []bool {
	hidden := make([]bool, len(ns))
	count, sum := 0, 0
	hide := func(i int) {
		hidden[i] = true
		count, sum = count+1, sum+ns[i]
	}
	for i, n := range ns {
		if n < Few || must != nil && must[i] {
			hide(i)
		}
	}
	for count > 0 && count < len(ns) && (count < 2 || sum < Few) {
		least := -1
		for i, n := range ns {
			if !hidden[i] && (least < 0 || n < ns[least]) {
				least = i
			}
		}
		hide(least)
	}
	return hidden
}

// addShown adds the numbers of another month to a sum: of Life the subscribers are those of the later month.
func addShown(sum, month Table) Table {
	if sum.Rows == nil {
		return month
	}
	for _, row := range month.Rows {
		i := slices.IndexFunc(sum.Rows, func(r Row) bool { return r.Key == row.Key })
		if i < 0 {
			sum.Rows = append(sum.Rows, row)
			continue
		}
		for c, v := range row.Values {
			was := &sum.Rows[i].Values[c]
			switch {
			case month.Name == Life && c == lifeSubscribers, was.Hidden:
				*was = v
			case !v.Hidden:
				was.N += v.N
			}
		}
	}
	return sum
}
