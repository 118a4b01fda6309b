package intents_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"ogpbot/bot"
)

// records is what is kept in a transcript. Its facts are
//
//	$ account LOGIN ROLE [VILLAGE ...]   the citizen is linked to this account from now on; "-": to none
//	$ code KIND SECRET                   this code is good (of the account "nino" or of another citizen)
//	$ subscribers VILLAGE NOW LATER      so many live there ("-": nowhere) and would get an announcement
//	$ change COMMITMENT[/MILESTONE] STATUS PERCENT DUE REASON [URL]   progress was noted; DUE as 2026-05 or "-"
//	$ news VILLAGE WORDS                 an announcement was sent there ("-": to everybody)
//	$ broadcast ID STATE VILLAGE WORDS   an announcement by "nino"
//	$ report ID FATE COUNT               fates by number; ID "last": of the last announcement
//	$ state STATE                        the last announcement has come so far
//	$ case ID KIND STATE VILLAGE DAYS WORDS   somebody filed this so many days ago ("-": nowhere)
//	$ mine ID KIND STATE VILLAGE DAYS WORDS   the citizen did
//	$ joined ID                          the citizen joined it
//	$ reason ID WORDS                    this was answered
//	$ flag ID anonymous|relay|photo|spot|score N|about COMMITMENT
//	$ question GROUP COUNT VILLAGE DAYS WORDS   so many asked this, the first so many days ago
//	$ talk CITIZEN                       somebody asked for a person
//	$ said CITIZEN DAYS WORDS            they said this so many days ago
//	$ answered CITIZEN DAYS WORDS        and a person this
//	$ taken CITIZEN [NAME]               the account has the talk, or a colleague
//	$ week ASKED ANSWERED LATE           how the last seven days went
//	$ about REF WHAT                     the message REF was about this
//	$ integrity                          the account may read integrity cases
//	$ everything DAY WORDS | ANSWER      this was said on that day
//	$ sent DAY PURPOSE FATE              a message was sent on that day, by numbers
//	$ received DAY FATE WORDS            an announcement was
//	$ apart DAY                          something was said of which no words are kept
//	$ clock 2026-05-04 13:00             it is so late from now on; a second passes with each message
type records struct {
	bot.NoRecords // what no transcript needs yet
	library       bot.Library
	account       *bot.Account
	codes         []bot.Code
	here, later   map[string]int
	changes       []bot.Change
	broadcasts    []bot.Broadcast // oldest first
	reports       map[string]bot.Report
	cases         []bot.Case // newest first
	joined        map[string]bool
	waiting       bot.Waiting
	talks         map[bot.CitizenID]bot.Conversation
	abouts        map[string]string
	all           bot.Everything
	clock         time.Time // zero: the number of the line is the second
	ticks         int       // messages since the clock was set
	drawn         int       // messages
}

func (r *records) set(t *testing.T, c *bot.Citizen, fact string) {
	t.Helper()
	f := strings.Fields(fact)
	number := func(i int) (n int) {
		if _, err := fmt.Sscan(f[i], &n); err != nil {
			t.Fatalf("%q: %v", fact, err)
		}
		return n
	}
	villages := func(v string) []string {
		if v == "-" {
			return nil
		}
		return []string{v}
	}
	when := time.Date(2026, 5, 4, 8, len(r.broadcasts)+len(r.changes), 0, 0, time.UTC)
	switch f[0] {
	case "clock":
		at, err := time.ParseInLocation("2006-01-02 15:04", f[1]+" "+f[2], r.library.Place().Zone)
		if err != nil {
			t.Fatal(err)
		}
		r.clock, r.ticks = at.UTC(), 0
	case "state":
		r.broadcasts[len(r.broadcasts)-1].State = bot.BroadcastState(f[1])
	case "account":
		if r.account = nil; f[1] == "-" {
			break
		}
		r.account = &bot.Account{Login: f[1], Name: f[1], Role: bot.Role(f[2]), Villages: f[3:], Citizen: c.ID}
	case "code":
		r.codes = append(r.codes, bot.Code{Kind: bot.CodeKind(f[1]), Secret: f[2], Login: "nino", Role: bot.RoleVillage, Citizen: "other", Until: when.Add(24 * time.Hour)})
	case "subscribers":
		if r.here == nil {
			r.here, r.later = map[string]int{}, map[string]int{}
		}
		r.here[f[1]], r.later[f[1]] = number(2), number(3)
	case "change":
		due, _ := time.Parse("2006-01", f[4])
		commitment, milestone, _ := strings.Cut(f[1], "/")
		base, _ := r.library.Commitment(commitment)
		was, ok := base.Current(r.changes).Progress(milestone)
		if !ok {
			t.Fatalf("%q: no such commitment or milestone", fact)
		}
		c := bot.Change{No: uint64(len(r.changes) + 1), At: when, By: "nino", Commitment: commitment, Milestone: milestone, Was: was,
			Now: bot.Progress{Status: bot.Status(f[2]), Percent: number(3), Due: due}}
		reason := f[5:]
		if last := reason[len(reason)-1]; strings.HasPrefix(last, "https://") {
			c.Evidence, reason = last, reason[:len(reason)-1]
		}
		c.Reason = bot.Text{"ka": strings.Join(reason, " ")}
		r.changes = append(r.changes, c)
	case "news", "broadcast":
		b := bot.Broadcast{ID: fmt.Sprint("n", len(r.broadcasts)), State: bot.BroadcastDone, By: "nino", Created: when, At: when}
		rest := f[1:]
		if f[0] == "broadcast" {
			b.ID, b.State, rest = f[1], bot.BroadcastState(f[2]), f[3:]
		}
		b.Villages, b.Messages = villages(rest[0]), map[bot.Language]bot.Outbound{"ka": {Text: strings.Join(rest[1:], " ")}}
		r.broadcasts = append(r.broadcasts, b)
	case "report":
		if f[1] == "last" {
			f[1] = r.broadcasts[len(r.broadcasts)-1].ID
		}
		if r.reports == nil {
			r.reports = map[string]bot.Report{}
		}
		if r.reports[f[1]] == nil {
			r.reports[f[1]] = bot.Report{}
		}
		r.reports[f[1]][bot.Fate(number(2))] = number(3)
	case "case", "mine":
		n := bot.Case{ID: f[1], Citizen: "other", Kind: bot.CaseKind(f[2]), State: bot.CaseState(f[3]), Text: strings.Join(f[6:], " "), Language: "ka"}
		if f[0] == "mine" {
			n.Citizen = c.ID
		}
		if f[4] != "-" {
			n.Village = f[4]
		}
		n.Created = r.now().AddDate(0, 0, -number(5))
		n.Updated, n.Due = n.Created, n.Created.AddDate(0, 0, 10)
		r.cases = append([]bot.Case{n}, r.cases...)
	case "joined":
		if r.joined == nil {
			r.joined = map[string]bool{}
		}
		r.joined[f[1]] = true
	case "reason":
		r.find(t, f[1]).Reason = strings.Join(f[2:], " ")
	case "flag":
		switch n := r.find(t, f[1]); f[2] {
		case "anonymous":
			n.Anonymous = true
		case "relay":
			n.Relay = true
		case "photo":
			n.Media = append(n.Media, bot.Media{Kind: bot.KindPhoto, Platform: "telegram", Ref: "photo-file"})
		case "spot":
			n.Spot = bot.Point{Lat: 41.92432, Long: 42.00675}
		case "score":
			n.Score = number(3)
		case "about":
			n.Commitment = f[3]
		}
	case "question":
		q := bot.QuestionGroup{ID: f[1], Count: number(2), Since: r.now().AddDate(0, 0, -number(4)), Text: strings.Join(f[5:], " ")}
		q.Villages = villages(f[3])
		r.waiting.Questions = append(r.waiting.Questions, q)
	case "talk":
		r.waiting.Talks = append(r.waiting.Talks, bot.CitizenID(f[1]))
		r.talk(f[1], func(c *bot.Conversation) { c.Village, c.Since = "tskaro", r.now() })
	case "said", "answered":
		r.talk(f[1], func(c *bot.Conversation) {
			c.Taken = c.Taken || f[0] == "answered"
			c.Said = append(c.Said, bot.Said{At: r.now().AddDate(0, 0, -number(2)), Person: f[0] == "answered", Text: strings.Join(f[3:], " ")})
		})
	case "taken":
		r.talk(f[1], func(c *bot.Conversation) { c.Taken, c.By = true, strings.Join(f[2:], " ") })
	case "week":
		r.waiting.Asked, r.waiting.Answered, r.waiting.Late = number(1), number(2), number(3)
	case "about":
		if r.abouts == nil {
			r.abouts = map[string]string{}
		}
		r.abouts[f[1]] = f[2]
	case "integrity":
		r.account.Integrity = true
	case "sent", "received", "apart":
		at, err := time.Parse("2006-01-02", f[1])
		if err != nil {
			t.Fatal(err)
		}
		switch f[0] {
		case "sent":
			r.all.Sent = append(r.all.Sent, bot.Sending{At: at, Purpose: bot.Purpose(number(2)), Fate: bot.Fate(number(3))})
		case "received":
			b := bot.Broadcast{At: at, Messages: map[bot.Language]bot.Outbound{"ka": {Text: strings.Join(f[3:], " ")}}}
			r.all.Received = append(r.all.Received, bot.Received{Broadcast: b, At: at, Fate: bot.Fate(number(2))})
		case "apart":
			r.all.Exchanges = append(r.all.Exchanges, bot.Exchange{Citizen: c.ID, Platform: "telegram", At: at})
		}
	case "everything":
		at, err := time.Parse("2006-01-02", f[1])
		if err != nil {
			t.Fatal(err)
		}
		said, answer, _ := strings.Cut(strings.Join(f[2:], " "), " | ")
		r.all.Exchanges = append(r.all.Exchanges, bot.Exchange{Citizen: c.ID, Platform: "telegram", At: at, Said: said, Replies: []string{answer}})
	default:
		t.Fatalf("what is %q?", fact)
	}
}

// now is about the time of the last message.
func (r *records) now() time.Time {
	if r.clock.IsZero() {
		return time.Date(2026, 5, 4, 9, 0, 0, 0, time.UTC)
	}
	return r.clock.Add(time.Duration(r.ticks) * time.Second)
}

func (r *records) find(t *testing.T, id string) *bot.Case {
	t.Helper()
	for i := range r.cases {
		if r.cases[i].ID == id {
			return &r.cases[i]
		}
	}
	t.Fatalf("there is no case %q", id)
	return nil
}

// move brings a case into a state.
func (r *records) move(id string, to bot.CaseState, reason, original string) {
	for i := range r.cases {
		if r.cases[i].ID == id {
			r.cases[i], _ = r.cases[i].Move(to, reason, r.now())
			r.cases[i].Original = original
		}
	}
}

// apply keeps what the effects of a turn say.
func (r *records) apply(c *bot.Citizen, e bot.Effect) {
	switch e := e.(type) {
	case bot.SetConsent:
		c.Consented = time.Time{}
		if e.Given {
			c.Consented = time.Date(2026, 5, 4, 9, 0, 0, 0, time.UTC)
		}
	case bot.SetDigest:
		c.Cadence, c.Follows = e.Cadence, e.Follows
	case bot.CountWrongCode:
		c.WrongCodes++
		c.WrongSince = time.Date(2026, 5, 4, 9, 0, 0, 0, time.UTC)
	case bot.KeepCode:
		r.codes = append(r.codes, e.Code)
	case bot.UseCode:
		r.codes = slices.DeleteFunc(r.codes, func(x bot.Code) bool { return x.Secret == e.Code.Secret })
		if e.Code.Kind == bot.CodeStaff {
			r.account = &bot.Account{Login: e.Code.Login, Name: e.Code.Login, Role: bot.RoleVillage, Villages: []string{"tskaro"}, Citizen: c.ID}
		}
	case bot.StartBroadcast:
		r.broadcasts = append(r.broadcasts, e.Broadcast)
	case bot.OpenCase:
		r.cases = append([]bot.Case{e.Case}, r.cases...)
	case bot.JoinCase:
		if r.joined == nil {
			r.joined = map[string]bool{}
		}
		r.joined[e.ID] = true
	case bot.MoveCase:
		r.move(e.ID, e.To, e.Reason, e.Original)
	case bot.ReopenCase:
		r.move(e.ID, bot.CaseWorking, "", "")
	case bot.AnswerQuestion:
		r.waiting.Questions = slices.DeleteFunc(r.waiting.Questions, func(q bot.QuestionGroup) bool { return q.ID == e.Group })
	case bot.SayTo:
		r.talk(string(e.Citizen), func(c *bot.Conversation) {
			c.Taken, c.Said = true, append(c.Said, bot.Said{At: r.now(), Person: true, Text: e.Text})
		})
	case bot.EndTalk:
		if e.Citizen == "" {
			c.SilentUntil = time.Time{}
		}
		r.waiting.Talks = slices.DeleteFunc(r.waiting.Talks, func(id bot.CitizenID) bool { return id == e.Citizen })
	case bot.Forget:
		*c, r.cases, r.joined, r.all, r.account = bot.Citizen{ID: c.ID, Contacts: c.Contacts}, nil, nil, bot.Everything{}, nil
	case bot.SteerBroadcast:
		for i := range r.broadcasts {
			if b := r.broadcasts[i]; b.ID == e.ID {
				r.broadcasts[i], _ = b.Steer(e.Act, *r.account, r.clock.Add(time.Duration(r.ticks)*time.Second))
			}
		}
	}
}

func (r *records) Account(bot.CitizenID) (bot.Account, bool) {
	if r.account == nil {
		return bot.Account{}, false
	}
	return *r.account, true
}

func (r *records) Changes(commitment string) (cs []bot.Change) {
	for _, c := range r.changes {
		if commitment == "" || c.Commitment == commitment {
			cs = append(cs, c)
		}
	}
	return cs
}

func (r *records) News(village string, limit int) (bs []bot.Broadcast) {
	for _, b := range slices.Backward(r.broadcasts) {
		if b.State == bot.BroadcastDone && (len(b.Villages) == 0 || slices.Contains(b.Villages, village)) && len(bs) < limit {
			bs = append(bs, b)
		}
	}
	return bs
}

func (r *records) Broadcast(id string, scope bot.Scope) (bot.Broadcast, bool) {
	for _, b := range r.broadcasts {
		if b.ID == id && scope.Allows(b.Villages...) {
			return b, true
		}
	}
	return bot.Broadcast{}, false
}

func (r *records) Report(id string) bot.Report { return r.reports[id] }

func (r *records) Broadcasts(by bot.Account, limit int) (bs []bot.Broadcast) {
	for _, b := range slices.Backward(r.broadcasts) {
		if (b.By == by.Login || b.State == bot.BroadcastWaiting && by.Scope().Allows(b.Villages...)) && len(bs) < limit {
			bs = append(bs, b)
		}
	}
	return bs
}

func (r *records) Audience(_ bot.Scope, villages []string, _ string) bot.Audience {
	a := bot.Audience{Now: map[bot.Platform]int{}, Later: map[bot.Platform]int{}}
	for v, n := range r.here {
		if len(villages) == 0 || slices.Contains(villages, v) {
			a.Now["telegram"] += n
			a.Later["messenger"] += r.later[v]
		}
	}
	return a
}

func (r *records) Code(kind bot.CodeKind, secret string) (bot.Code, bool) {
	for _, c := range r.codes {
		if c.Kind == kind && c.Secret == secret {
			return c, true
		}
	}
	return bot.Code{}, false
}

func (r *records) Parties(id string, scope bot.Scope) int {
	n := 0
	for _, c := range r.cases {
		if c.ID == id {
			n++
		}
	}
	if r.joined[id] {
		n++
	}
	return n
}

func (r *records) own(c bot.Case, of bot.CitizenID) bool { return c.Citizen == of || r.joined[c.ID] }

func (r *records) Cases(of bot.CitizenID) (cs []bot.Case) {
	for _, c := range r.cases {
		if r.own(c, of) {
			cs = append(cs, c)
		}
	}
	return cs
}

func (r *records) Case(id string, scope bot.Scope) (bot.Case, bool) {
	for _, c := range r.cases {
		if c.ID == id && scope.Sees(c) {
			return c, true
		}
	}
	return bot.Case{}, false
}

func (r *records) CaseOf(id string, of bot.CitizenID) (bot.Case, bool) {
	for _, c := range r.cases {
		if c.ID == id && r.own(c, of) {
			return c, true
		}
	}
	return bot.Case{}, false
}

func (r *records) Nearby(village string) (cs []bot.Case) {
	for _, c := range r.cases {
		if c.Village == village && c.Open() && c.Shared() {
			cs = append(cs, c)
		}
	}
	return cs
}

func (r *records) Question(group string, scope bot.Scope) (bot.QuestionGroup, bool) {
	for _, q := range r.waiting.Questions {
		if q.ID == group && slices.ContainsFunc(append(q.Villages, ""), func(v string) bool { return scope.Allows(v) }) {
			return q, true
		}
	}
	return bot.QuestionGroup{}, false
}

func (r *records) Waiting(a bot.Account) bot.Waiting {
	w := r.waiting
	w.Cases = nil
	for _, c := range slices.Backward(r.cases) {
		if c.Open() && a.Scope().Sees(c) {
			w.Cases = append(w.Cases, c)
		}
	}
	return w
}

// talk changes a conversation.
func (r *records) talk(of string, change func(*bot.Conversation)) {
	if r.talks == nil {
		r.talks = map[bot.CitizenID]bot.Conversation{}
	}
	c := r.talks[bot.CitizenID(of)]
	change(&c)
	r.talks[bot.CitizenID(of)] = c
}

func (r *records) Conversation(of bot.CitizenID, _ bot.Account) (bot.Conversation, bool) {
	c, ok := r.talks[of]
	return c, ok
}

func (r *records) About(_ bot.Address, ref string) string { return r.abouts[ref] }

func (r *records) Everything(of bot.CitizenID) bot.Everything {
	e := r.all
	e.Cases = r.Cases(of)
	return e
}
