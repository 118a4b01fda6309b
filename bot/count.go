package bot

import "time"

// Day is a day of a place's calendar, counted from 1 January 1970.
type Day int32

// DayOf is the day that it is at t in zone.
func DayOf(t time.Time, zone *time.Location) Day {
	y, m, d := t.In(zone).Date()
	return Day(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / int64(24*time.Hour/time.Second))
}

// Time is the midnight at which d begins, in UTC.
func (d Day) Time() time.Time { return time.Unix(int64(d)*int64(24*time.Hour/time.Second), 0).UTC() }

// String writes d like 2026-12-01.
func (d Day) String() string { return d.Time().Format(time.DateOnly) }

// Count is a number that goes up or down with something that happened. It carries nothing of a person, and stays when what
// was kept of one is deleted.
type Count struct {
	Day      Day
	What     Measure
	Of       string   // the kind of it, as its Measure says
	Village  string   // "" if not known, or if it does not matter
	Platform Platform // "" if it does not matter
	N        int
}

// Measure is what is counted. They are stored.
type Measure string

// What is counted of messages, by village and platform.
const (
	CountWriters     Measure = "writer"        // people: Of is InWeek or InMonth, for their first message in one
	CountQuestions   Measure = "question"      // Of is QuestionAnswered ...
	CountCommitment  Measure = "commitment"    // questions about one: Of is its ID
	CountHanded      Measure = "handed"        // questions that went to a person: Of is a Why
	CountSubscribed  Measure = "subscribed"    // yes to news
	CountStopped     Measure = "stopped"       // and its end
	CountSubscribers Measure = "subscribers"   // by how many they became more or fewer; by village alone
	CountSettled     Measure = "settled"       // questions that a person answered: Of is a Why; by village alone
	CountSettledIn   Measure = "settled-in"    // and how long that took: Of is a Span
	CountOfPromise   Measure = "settled-of"    // and about which commitment: Of is its ID
	CountMoved       Measure = "moved"         // questions that became a case; by village alone
	CountFiled       Measure = "filed"         // cases: Of is a CaseKind; by village alone, and so are all below
	CountReopened    Measure = "reopened"      //
	CountAnswered    Measure = "answered"      // answers to cases
	CountAnsweredIn  Measure = "answered-in"   // and how long they took: Of is a Span
	CountClosed      Measure = "closed"        // cases that were done or declined
	CountScores      Measure = "score"         // Of is ScoreOf a commitment
	CountBegun       Measure = "numbers-begin" // 1 on the day from which everything is counted
)

// Of of CountWriters.
const (
	InWeek  = "week"
	InMonth = "month"
)

// Of of CountQuestions. What a citizen confided is not among them.
const (
	QuestionAnswered  = "answered"  // words were answered
	QuestionSuggested = "suggested" // answers were offered
	QuestionUnknown   = "unknown"   // nothing was known
	QuestionChosen    = "chosen"    // an answer that was offered was read
	QuestionRejected  = "rejected"  // an answer was for another question
)

// Span is a class of how long something took.
type Span string

// spans are the classes, by where each ends.
var spans = []struct {
	end  time.Duration // up to it; 0: without end
	span Span
}{
	{time.Hour, "1h"}, {4 * time.Hour, "4h"}, {8 * time.Hour, "8h"}, {24 * time.Hour, "1d"}, {2 * 24 * time.Hour, "2d"}, {3 * 24 * time.Hour, "3d"},
	{5 * 24 * time.Hour, "5d"}, {7 * 24 * time.Hour, "7d"}, {14 * 24 * time.Hour, "14d"}, {30 * 24 * time.Hour, "30d"}, {60 * 24 * time.Hour, "60d"}, {0, "more"},
}

// SpanOf is the class of d.
func SpanOf(d time.Duration) Span {
	for _, s := range spans {
		if d <= s.end {
			return s.span
		}
	}
	return spans[len(spans)-1].span
}

// Quantile estimates from how many took how long what time the part q of them (0 to 1) did not exceed: evenly within a class.
// Of what took longer than the last class ends it is that end. ok is false if there are none.
func Quantile(q float64, of map[Span]int) (d time.Duration, ok bool) {
	all := 0
	for _, n := range of {
		all += n
	}
	if all <= 0 {
		return 0, false
	}
	want, begin := q*float64(all), time.Duration(0)
	for _, s := range spans {
		n := float64(of[s.span])
		switch {
		case s.end == 0:
			return begin, true
		case n > 0 && want <= n:
			return begin + time.Duration(float64(s.end-begin)*want/n), true
		}
		want, begin = want-n, s.end
	}
	return begin, true
}

// ScoreOf is what CountScores are counted of; Scored takes it apart.
func ScoreOf(commitment string, score int) string { return string(rune('0'+score)) + ":" + commitment }

// Scored gives the commitment and the score, 1 to 5; 0 for what ScoreOf did not make.
func Scored(of string) (commitment string, score int) {
	if len(of) < 2 || of[0] < '1' || of[0] > '5' || of[1] != ':' {
		return "", 0
	}
	return of[2:], int(of[0] - '0')
}

// CountStep gives what a step of a case changes in the numbers: from what it was, the zero Case for a new one, to what it is.
// waited is since when it was open. An integrity case is counted of no village.
func CountStep(was, is Case, waited time.Duration, day Day) (cs []Count) {
	village := is.Village
	if is.Kind == CaseIntegrity {
		village = ""
	}
	add := func(what Measure, of string, n int) {
		cs = append(cs, Count{Day: day, What: what, Of: of, Village: village, N: n})
	}
	if was.Score != is.Score {
		if was.Score > 0 {
			add(CountScores, ScoreOf(was.Commitment, was.Score), -1)
		}
		if is.Score > 0 {
			add(CountScores, ScoreOf(is.Commitment, is.Score), 1)
		}
	}
	kind := string(is.Kind)
	settled := is.State == CaseDone || is.State == CaseDeclined
	switch {
	case is.Open() && (was.State == "" || was.State == CaseDone && was.Reopened == 0 && was.Due.IsZero()): // a score alone is no case
		add(CountFiled, kind, 1)
	case is.Open() && !was.Open() && was.State != CaseDuplicate:
		add(CountReopened, kind, 1)
	case was.Open() && (settled || is.State == CaseAnswered):
		add(CountAnswered, kind, 1)
		add(CountAnsweredIn, string(SpanOf(waited)), 1)
	}
	if settled && was.State != "" && was.State != CaseDone && was.State != CaseDeclined {
		add(CountClosed, kind, 1)
	}
	return cs
}
