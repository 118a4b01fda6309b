package console

import (
	"errors"
	"html"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

var carriedField = regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)">`)

// carried are the hidden fields of the form that makes announcements.
func carried(body string) (pairs []string) {
	_, body, _ = strings.Cut(body, `action="/console/announcements/new"`)
	body, _, _ = strings.Cut(body, "</form>")
	for _, f := range carriedField.FindAllStringSubmatch(body, -1) {
		pairs = append(pairs, f[1], html.UnescapeString(f[2]))
	}
	return pairs
}

// write previews an announcement and gives the fields of the preview.
func (o *office) write(b *browser, pairs ...string) []string {
	o.t.Helper()
	page := b.get("/console/announcements/new")
	o.expect(page, 200, "")
	got := b.post("/console/announcements/new", append(append(carried(page.body), "do", "preview"), pairs...)...)
	o.expect(got, 200, "")
	return carried(got.body)
}

func (o *office) broadcasts() (all []bot.Broadcast) {
	o.t.Helper()
	o.must(o.store.View(o.t.Context(), func(tx store.Tx) (err error) {
		all, _, err = tx.Broadcasts.Latest(store.Page{Limit: 50})
		return err
	}))
	return all
}

func TestAnAnnouncementIsSentAsItWasShownAndOnce(t *testing.T) {
	o := newOffice(t)
	b := o.enter("village")
	form := b.post("/console/announcements/new", append(carried(b.get("/console/announcements/new").body), "do", "form:water", "words-ka", "ბოდიშს გიხდით")...)
	o.expect(form, 200, "")
	for _, want := range []string{"სად არ იქნება წყალი?", "ბოდიშს გიხდით", `aria-current="true">წყლის გათიშვა`} {
		if !strings.Contains(form.body, want) {
			t.Errorf("the form does not show %q", want)
		}
	}
	fields := append(carried(form.body), "first-ka", "ზემო უბანში", "second-ka", "25 მაისს, 10:00-დან", "first-en", "<script>alert(1)</script>", "second-en", "25 May", "words-ka", "ბოდიშს გიხდით")
	shown := b.post("/console/announcements/new", append(fields, "do", "preview")...)
	o.expect(shown, 200, "")
	for _, want := range []string{"სად: ზემო უბანში\nროდის: 25 მაისს, 10:00-დან\n\nბოდიშს გიხდით", "Messenger", "Telegram, საიტის ჩატი", "აღარ მომწეროთ", "Where: &lt;script&gt;", "მერის წარმომადგენელი"} {
		if !strings.Contains(shown.body, want) {
			t.Errorf("the preview does not show %q", want)
		}
	}
	if strings.Contains(shown.body, "<script>alert") {
		t.Error("words are taken for markup")
	}
	before := len(o.broadcasts())
	send := append(carried(shown.body), "do", "send")
	first := b.post("/console/announcements/new", send...)
	o.expect(first, 303, "")
	o.expect(b.post("/console/announcements/new", send...), 303, first.Header.Get("Location"))
	all := o.broadcasts()
	if len(all) != before+1 {
		t.Fatalf("%d announcements in place of one", len(all)-before)
	}
	got := all[0]
	if got.By != "village" || !slices.Equal(got.Villages, []string{o.one}) || got.Form != "water" || got.State != bot.BroadcastScheduled ||
		got.Messages["ka"].Text != "სად: ზემო უბანში\nროდის: 25 მაისს, 10:00-დან\n\nბოდიშს გიხდით" || got.Messages["fr"].Text == "" || got.Messages["ka"].Buttons[0].Action != "stop" {
		t.Errorf("sent %+v", got)
	}
	page := b.get(first.Header.Get("Location"))
	for _, want := range []string{"გადავიფიქრე", "data-seconds", `<noscript><meta http-equiv="refresh" content="5">`, "<animate"} {
		if got.At.Sub(got.Created) <= bot.UndoTime && !strings.Contains(page.body, want) {
			t.Errorf("the page does not show %q", want)
		}
	}
	o.expect(b.post(first.Header.Get("Location")+"/undo"), 303, first.Header.Get("Location"))
	if body := b.get(first.Header.Get("Location")).body; !strings.Contains(body, "არავის არაფერი მიუვა") || strings.Contains(body, "data-again") {
		t.Error("it is not said that it was taken back")
	}
	o.expect(b.post(first.Header.Get("Location")+"/undo"), 409, "")
	// Its words can be used again.
	like := b.get("/console/announcements/new?like=" + got.ID)
	if o.expect(like, 200, ""); !strings.Contains(like.body, "ბოდიშს გიხდით</textarea>") {
		t.Error("the words are not used again")
	}
}

// Whatever a form says, an administrator reaches their own villages.
func TestNobodyAnnouncesOutsideTheirVillages(t *testing.T) {
	o := newOffice(t)
	b := o.enter("village")
	ok := o.write(b, "to", o.one, "words-ka", "ხვალ კრებაა სკოლაში")
	before := len(o.broadcasts())
	for name, more := range map[string][]string{
		"another village too": {"to", o.two}, "everybody": {"all", "yes"}, "a commitment": {"commitment", o.console.cfg.Library().Commitments()[0].ID}, "none of ours": {"commitment", "nonsense"}, "no such village": {"to", "nonsense"}, "an empty one": {"to", ""},
		"the correction of another's": {"corrects", "news1"}, "like another's": {"like", "news1"}, "the correction of everybody's": {"corrects", "news2"},
	} {
		for _, do := range []string{"preview", "test", "send", "change", "form:water"} {
			if got := b.post("/console/announcements/new", append(slices.Clone(ok), append(more, "do", do)...)...); got.StatusCode != 404 && got.StatusCode != 409 {
				t.Errorf("%s, %s: %d", name, do, got.StatusCode)
			}
		}
	}
	for name, id := range map[string]string{"another's ID": "news1", "none": "", "a path": "../../x", "a long one": strings.Repeat("a", 300)} {
		form := slices.Clone(ok)
		for i := 0; i < len(form); i += 2 {
			if form[i] == "id" {
				form[i+1] = id
			}
		}
		if got := b.post("/console/announcements/new", append(form, "do", "send")...); got.StatusCode != 400 {
			t.Errorf("%s: %d", name, got.StatusCode)
		}
	}
	for _, query := range []string{"?corrects=news1", "?like=news1", "?like=news2", "?corrects=nonsense"} {
		o.expect(b.get("/console/announcements/new"+query), 404, "")
	}
	if len(o.broadcasts()) != before {
		t.Error("something was sent")
	}
	if as := o.trail(5); as[0].Denied == "" || as[0].Login != "village" {
		t.Errorf("the trail says %+v", as[0])
	}
	if body := b.get("/console/announcements/new").body; strings.Contains(body, `value="`+o.two+`"`) || strings.Contains(body, `name="all"`) || strings.Contains(body, `name="post"`) {
		t.Error("the form offers what is not theirs")
	}
	// Of two, the ID of a colleague's announcement is theirs.
	o.expect(b.post("/console/announcements/new", append(ok, "do", "send")...), 303, "")
	o.expect(o.enter("staff").post("/console/announcements/new", append(ok, "do", "send")...), 409, "")
}

func TestWhatAnAnnouncementLacks(t *testing.T) {
	o := newOffice(t)
	b := o.enter("staff")
	id := carried(b.get("/console/announcements/new").body)[:2] // the form's name comes with each case
	words := []string{"words-ka", "ხვალ კრებაა სკოლაში"}
	at := func(d time.Duration) string {
		return time.Now().Add(d).In(o.console.cfg.Library().Place().Zone).Format(typedTime)
	}
	two, _ := o.console.cfg.Library().Village(o.two)
	for name, c := range map[string]struct {
		form []string
		says string
	}{
		"nobody":       {words, "აირჩიეთ, ვის ვაცნობოთ"},
		"both":         {append([]string{"to", o.one, "all", "yes"}, words...), "დატოვეთ ერთი"},
		"both kinds":   {append([]string{"to", o.one, "commitment", o.console.cfg.Library().Commitments()[0].ID}, words...), "დატოვეთ ერთი"},
		"nothing":      {[]string{"to", o.one}, "დაწერეთ, რა ვაცნობოთ"},
		"one answer":   {[]string{"to", o.one, "form", "water", "first-ka", "ყველგან"}, "ორივე კითხვას"},
		"a question":   {[]string{"to", o.one, "form", "water", "first-ka", "სად?", "second-ka", "ხვალ"}, "ხალხი წაიკითხავს"},
		"too long":     {[]string{"to", o.one, "words-ka", strings.Repeat("ა", bot.MaxAnnouncement+7)}, "7 სიმბოლო ზედმეტია"},
		"a long field": {[]string{"to", o.one, "form", "water", "first-ka", strings.Repeat("ა", bot.MaxAnnouncementField+3), "second-ka", "ხვალ"}, "3 სიმბოლო ზედმეტია"},
		"no time":      {append([]string{"to", o.one, "at", "tomorrow"}, words...), "დრო ვერ გავიგე"},
		"past":         {append([]string{"to", o.one, "at", at(-time.Hour)}, words...), "უკვე გავიდა"},
		"far":          {append([]string{"to", o.one, "at", at(70 * 24 * time.Hour)}, words...), "ძალიან შორია"},
		"elsewhere":    {[]string{"to", o.one, "words-ka", "ხვალ კრებაა " + two.Name["ka"]}, "ნახსენებია"},
	} {
		for _, do := range []string{"preview", "send", "test"} {
			got := b.post("/console/announcements/new", append(append(slices.Clone(id), "do", do), c.form...)...)
			if got.StatusCode != 422 || !strings.Contains(got.body, c.says) {
				t.Errorf("%s, %s: %d, says nothing of %q", name, do, got.StatusCode, c.says)
			}
		}
	}
	meant := append(slices.Clone(id), "to", o.one, "words-ka", "ხვალ კრებაა "+two.Name["ka"], "meant", "yes", "do", "preview")
	o.expect(b.post("/console/announcements/new", meant...), 200, "")
}

func TestEverybodyNeedsASecondPerson(t *testing.T) {
	o := newOffice(t)
	b := o.enter("staff")
	form := o.write(b, "all", "yes", "words-ka", "საკრებულოს სხდომა 12 მაისს", "words-en", "Council meeting", "urgent", "yes", "post", "yes")
	got := b.post("/console/announcements/new", append(form, "do", "send")...)
	o.expect(got, 303, "")
	path := got.Header.Get("Location")
	if x := o.broadcasts()[0]; x.State != bot.BroadcastWaiting || len(x.Villages) != 0 || !x.Post || !x.Urgent || x.Messages["en"].Text != "Council meeting" || x.Messages["fr"].Text != "საკრებულოს სხდომა 12 მაისს" {
		t.Errorf("sent %+v", x)
	}
	refused := b.post(path + "/approve")
	if o.expect(refused, 409, ""); !strings.Contains(refused.body, "საკუთარ განცხადებას ვერ დაადასტურებთ") || strings.Contains(refused.body, `http-equiv="refresh"`) {
		t.Error("it is not said why")
	}
	if as := o.trail(5); as[0].Act != "approve" || as[0].Denied != "own" {
		t.Errorf("the trail says %+v", as[0])
	}
	o.expect(o.enter("village").post(path+"/approve"), 404, "")
	owner := o.enter("owner")
	if body := owner.get(path).body; !strings.Contains(body, path+"/approve") {
		t.Error("the owner is not asked")
	}
	o.expect(owner.post(path+"/approve"), 303, path)
	o.expect(owner.post(path+"/approve"), 409, "")
	if x := o.broadcasts()[0]; x.State != bot.BroadcastScheduled || x.Approved != "owner" || time.Until(x.At) < bot.UndoTime-10*time.Second {
		t.Errorf("approved %+v", x)
	}
	o.expect(b.post(path+"/undo"), 303, path)
}

// What has begun can be stopped, and corrected, but not undone.
func TestUndoThatComesTooLate(t *testing.T) {
	o := newOffice(t)
	b := o.enter("staff")
	late := b.post("/console/announcements/news0/undo")
	if o.expect(late, 409, ""); !strings.Contains(late.body, "უკვე გვიანია") || !strings.Contains(late.body, "/news0/stop") {
		t.Error("it is not said what can be done")
	}
	o.must(o.store.View(t.Context(), func(tx store.Tx) error {
		x, err := tx.Broadcasts.Get("news0", bot.Scope{All: true})
		if x.State != bot.BroadcastSending {
			t.Errorf("an undo that came too late made it %s", x.State)
		}
		return err
	}))
	o.expect(b.get("/console/announcements/new?corrects=news0"), 409, "") // nobody has read it
	o.must(o.store.Update(t.Context(), func(tx store.Tx) error {
		ds, err := tx.Broadcasts.Claim("telegram", false, time.Now(), 5)
		for _, d := range ds {
			err = errors.Join(err, tx.Broadcasts.Settle(d, bot.FateSent, "77", time.Now().UTC()))
		}
		return err
	}))
	page := b.get("/console/announcements/news0").body
	if !strings.Contains(page, "corrects=news0") || !strings.Contains(page, "Telegram") || !strings.Contains(page, `data-again="5"`) {
		t.Error("the report is not there")
	}
	form := carried(b.get("/console/announcements/new?corrects=news0").body)
	shown := b.post("/console/announcements/new", append(form, "words-ka", "წყალი 26 მაისს არ იქნება", "to", o.two, "do", "preview")...)
	o.expect(shown, 200, "")
	o.expect(b.post("/console/announcements/new", append(carried(shown.body), "do", "send")...), 303, "")
	if x := o.broadcasts()[0]; x.Corrects != "news0" || !slices.Equal(x.Villages, []string{o.one}) || !strings.HasPrefix(x.Messages["ka"].Heading, "შესწორება") {
		t.Errorf("the correction is %+v", x)
	}
}

func TestASampleGoesToMyself(t *testing.T) {
	o := newOffice(t)
	b := o.enter("village")
	form := o.write(b, "to", o.one, "words-ka", "ხვალ კრებაა სკოლაში")
	if got := b.post("/console/announcements/new", append(slices.Clone(form), "do", "test")...); !strings.Contains(got.body, "ვერ გამოგიგზავნეთ") {
		t.Errorf("without a conversation: %d", got.StatusCode)
	}
	o.must(o.store.Update(t.Context(), func(tx store.Tx) error {
		a, err := tx.Accounts.Get("village")
		a.Citizen = "CITIZEN0"
		return errors.Join(err, tx.Accounts.Put(a))
	}))
	got := b.post("/console/announcements/new", append(form, "do", "test")...)
	if o.expect(got, 200, ""); !strings.Contains(got.body, "გამოგიგზავნეთ: ნახეთ") {
		t.Error("it is not said that it was sent")
	}
	o.must(o.store.Update(t.Context(), func(tx store.Tx) error {
		ps, err := tx.Outbox.Claim("telegram", bot.PurposePerson, time.Now().Add(time.Minute), time.Minute, 10)
		if len(ps) != 1 || ps[0].Citizen != "CITIZEN0" || ps[0].Message.Text != "ხვალ კრებაა სკოლაში" || ps[0].Message.Buttons[0].Action != "announce:sample" {
			t.Errorf("sent %+v", ps)
		}
		return err
	}))
}

func TestThoseWhoFollowACommitment(t *testing.T) {
	o := newOffice(t)
	c := o.console.cfg.Library().Commitments()[0]
	now := time.Now().UTC()
	o.must(o.store.Update(t.Context(), func(tx store.Tx) (err error) {
		for id, follows := range map[bot.CitizenID][]string{"ALL": nil, "THIS": {c.ID}, "OTHER": {"another"}} {
			err = errors.Join(err, tx.Citizens.Put(bot.Citizen{ID: id, Village: o.one, Language: "ka", Consented: now, Follows: follows,
				Contacts: []bot.Contact{{Address: bot.Address{Platform: "telegram", ID: "7" + string(id)}, LastInbound: now}}}, bot.State{}))
		}
		return err
	}))
	b := o.enter("staff")
	form := append(carried(b.get("/console/announcements/new").body), "commitment", c.ID, "words-ka", "ხვალ განხილვაა", "do", "preview")
	shown := b.post("/console/announcements/new", form...)
	o.expect(shown, 200, "")
	for _, want := range []string{"დაპირების გამომწერები („" + c.Title["ka"] + "“): 2 ადამიანი", "განცხადება · " + c.Title["ka"]} {
		if !strings.Contains(shown.body, want) {
			t.Errorf("the preview does not show %q", want)
		}
	}
	got := b.post("/console/announcements/new", append(carried(shown.body), "do", "send")...)
	o.expect(got, 303, "")
	if x := o.broadcasts()[0]; x.Commitment != c.ID || x.State != bot.BroadcastWaiting {
		t.Errorf("sent %+v", x)
	}
	if body := b.get(got.Header.Get("Location")).body; !strings.Contains(body, "დაპირების გამომწერები") {
		t.Error("the page does not say whom it is for")
	}
}
