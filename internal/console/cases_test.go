package console

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/store"
)

// fetch plays the platforms: the file called what it is, or none.
func (o *office) fetch(m bot.Media) ([]byte, error) {
	switch m.Ref {
	case "photo":
		var b bytes.Buffer
		err := jpeg.Encode(&b, image.NewYCbCr(image.Rect(0, 0, 320, 180), image.YCbCrSubsampleRatio420), nil)
		return b.Bytes(), err
	case "voice":
		return []byte("OggS\x00\x02 a voice that is long enough to be cut"), nil
	case "page":
		return []byte("<!doctype html><script>alert(1)</script>"), nil
	case "drawing":
		return []byte(`<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`), nil
	case "large":
		return nil, ErrTooLarge
	case "broken":
		return nil, errors.New("network")
	}
	return nil, store.ErrNotFound
}

// filed keeps some cases:
//
//	AAAAAA  of village one, by CITIZEN0, with files
//	BBBBBB  of village two, by CITIZEN1
//	CCCCCC  of no village, by CITIZEN2
//	DDDDDD  of village one, anonymous, by CITIZEN0
//	EEEEEE  an integrity case of village one, by CITIZEN0
//	FFFFFF  of village one, done
func (o *office) filed() {
	o.t.Helper()
	now := time.Now().UTC()
	all := []bot.Case{
		{ID: "AAAAAA", Citizen: "CITIZEN0", Kind: bot.CaseProblem, Village: o.one, Text: "ჩვენს გზაზე ხიდი ჩატყდა <script>alert(1)</script> 01001012345", Language: "ka",
			Media: []bot.Media{{Kind: bot.KindPhoto, Platform: "telegram", Ref: "photo"}, {Kind: bot.KindVoice, Platform: "telegram", Ref: "voice"}, {Kind: bot.KindDocument, Platform: "telegram", Ref: "page"},
				{Kind: bot.KindPhoto, Platform: "telegram", Ref: "drawing"}, {Kind: bot.KindVideo, Platform: "telegram", Ref: "large"}, {Kind: bot.KindVideo, Platform: "telegram", Ref: "gone"},
				{Kind: bot.KindVideo, Platform: "telegram", Ref: "broken"}}},
		{ID: "BBBBBB", Citizen: "CITIZEN1", Kind: bot.CaseIdea, Village: o.two, Text: "სკვერში სკამები დადგით", Language: "ka"},
		{ID: "CCCCCC", Citizen: "CITIZEN2", Kind: bot.CaseQuestion, Text: "როდის იქნება კრება?", Language: "ka"},
		{ID: "DDDDDD", Citizen: "CITIZEN0", Kind: bot.CaseProblem, Village: o.one, Text: "მეზობელი ნაგავს წვავს", Anonymous: true, Language: "ka"},
		{ID: "EEEEEE", Citizen: "CITIZEN0", Kind: bot.CaseIntegrity, Village: o.one, Text: "ფული მომთხოვეს", Language: "ka"},
		{ID: "FFFFFF", Citizen: "CITIZEN0", Kind: bot.CaseProblem, Village: o.one, Text: "ნათურა არ ანთია", Language: "ka"},
	}
	o.must(o.store.Update(o.t.Context(), func(tx store.Tx) error {
		for i, c := range all {
			if err := o.console.cfg.Cases.Open(tx, c, now.Add(time.Duration(i-100)*time.Minute)); err != nil {
				return err
			}
		}
		return o.console.cfg.Cases.Move(tx, bot.MoveCase{ID: "FFFFFF", To: bot.CaseDone, Reason: "გამოვცვალეთ"}, bot.Account{Login: "staff", Role: bot.RoleStaff}, now)
	}))
}

func (o *office) kase(id string) (c bot.Case) {
	o.t.Helper()
	o.must(o.store.View(o.t.Context(), func(tx store.Tx) (err error) {
		c, err = tx.Cases.Get(id, bot.Scope{All: true, Integrity: true})
		return err
	}))
	return c
}

var (
	caseLink    = regexp.MustCompile(`<a href="/console/cases/([A-Z]{6})"`)
	versionOf   = regexp.MustCompile(`name="version" value="(\d+)"`)
	nextPageOf  = regexp.MustCompile(`href="(/console/cases\?[^"]*after=[^"]+)"`)
	everyNumber = []string{"AAAAAA", "BBBBBB", "CCCCCC", "DDDDDD", "EEEEEE", "FFFFFF"}
)

func (b *browser) listed(query string) string {
	b.o.t.Helper()
	got := b.get("/console/cases" + query)
	b.o.expect(got, 200, "")
	ids := ""
	for _, m := range caseLink.FindAllStringSubmatch(got.body, -1) {
		ids += m[1][:1]
	}
	return ids
}

// Nobody reads at which hour a case came in whose author is hidden: whoever wrote to the bot at that hour would be known for it.
func TestHiddenCasesHaveNoHour(t *testing.T) {
	o := newOffice(t)
	o.filed()
	place, village := o.console.cfg.Library().Place(), o.enter("village")
	at := func(id string) (hour, second string) {
		c := o.kase(id).Created.In(place.Zone)
		return c.Format("02.01.2006, 15:04"), c.Format(time.TimeOnly)
	}
	list, file := village.get("/console/cases?state=all").body, village.get("/console/export/feedback/f.csv?state=all").body
	for _, c := range []struct {
		id   string
		told bool
	}{{"AAAAAA", true}, {"DDDDDD", false}} {
		hour, second := at(c.id)
		for where, body := range map[string]string{"the list": list, "the page": village.get("/console/cases/" + c.id).body} {
			if strings.Contains(body, hour) != c.told {
				t.Errorf("%s says when %s came in: %v", where, c.id, !c.told)
			}
		}
		if strings.Contains(file, second) != c.told {
			t.Errorf("the file says when %s came in: %v", c.id, !c.told)
		}
	}
}

func (b *browser) version(id string) string {
	b.o.t.Helper()
	m := versionOf.FindStringSubmatch(b.get("/console/cases/" + id).body)
	if m == nil {
		b.o.t.Fatal("the page of the case has no form")
	}
	return m[1]
}

// Filters, order and words choose, in any script; and nobody finds what is outside their scope.
func TestCaseList(t *testing.T) {
	o := newOffice(t)
	o.filed()
	village, staff, observer := o.enter("village"), o.enter("staff"), o.enter("observer")
	for _, c := range []struct {
		who   *browser
		query string
		want  string
	}{
		{staff, "", "DCBA"}, {staff, "?state=all", "FDCBA"}, {staff, "?state=done", "F"}, {staff, "?kind=problem", "DA"}, {staff, "?kind=integrity&state=all", ""},
		{staff, "?village=" + o.two, "B"}, {staff, "?sort=oldest", "ABCD"}, {staff, "?sort=due&state=all", "ABCDF"}, {staff, "?q=" + url.QueryEscape("ხიდი"), "A"},
		{staff, "?q=xidi", "A"}, {staff, "?q=KHIDI", "A"}, {staff, "?q=xidi+skami", ""}, {staff, "?q=%3Cscript%3E&state=all", "A"}, {staff, "?assigned=staff&state=all", "F"}, {staff, "?assigned=me", ""},
		{staff, "?assigned=~", "DCBA"}, {staff, "?commitment=nonsense", ""}, {staff, "?state=overdue", ""}, {staff, "?overdue=1", ""}, {staff, "?q=...", " "},
		{village, "", "DA"}, {village, "?state=all", "FDA"}, {village, "?village=" + o.one, "DA"}, {village, "?q=skami&state=all", ""}, {village, "?q=fuli&state=all", ""},
		{observer, "?state=all", "FDCBA"}, {observer, "?state=all&q=xidi", "FDCBA"}, {observer, "?state=all&assigned=staff", "FDCBA"},
	} {
		if got := c.who.listed(c.query); got != strings.TrimSpace(c.want) {
			t.Errorf("%s: %q, want %q", c.query, got, c.want)
		}
	}
	for _, query := range []string{"?village=" + o.two, "?village=nonsense", "?state=nonsense", "?kind=nonsense", "?sort=nonsense", "?after=nonsense"} {
		o.expect(village.get("/console/cases"+query), 404, "")
	}
	o.expect(staff.get("/console/cases?q="+strings.Repeat("x", 5000)), 400, "")
	o.expect(staff.get("/console/cases?q=bbbbbb"), 303, "/console/cases/BBBBBB")
	for _, body := range []string{observer.get("/console/cases?state=all").body, observer.get("/console/cases/AAAAAA").body, observer.get("/console/cases/FFFFFF").body} {
		for _, secret := range []string{"ჩატყდა", "ნათურა", "გამოვცვალეთ", "CITIZEN", "გიორგი", "EEEEEE", "/media/", "<textarea", "name=\"version\""} {
			if strings.Contains(body, secret) {
				t.Errorf("an observer is shown %q", secret)
			}
		}
	}
	o.expect(observer.get("/console/cases?state=all&village="+o.one), 404, "")
	for _, path := range []string{"/console/cases?state=all", "/console/cases/AAAAAA", "/console/export/feedback/f.json?state=all"} {
		for _, id := range []string{o.one, o.two} {
			v, _ := o.console.cfg.Library().Village(id)
			if body := observer.get(path).body; strings.Contains(body, ">"+v.Name["ka"]) || strings.Contains(body, `"`+id+`"`) {
				t.Errorf("%s tells an observer that a case is from %s", path, id)
			}
		}
	}
	for _, path := range []string{"/console/cases?state=all", "/console/cases?state=all&sort=oldest", "/console/cases?state=all&sort=due"} {
		o.leaf(staff, path)
	}
}

// leaf files more cases than one page holds, and goes through them all.
func (o *office) leaf(b *browser, path string) {
	o.t.Helper()
	o.must(o.store.Update(o.t.Context(), func(tx store.Tx) error {
		for i := range 60 {
			c := bot.Case{ID: fmt.Sprintf("P%c%c%03d", 'A'+len(path)%26, 'A'+strings.Count(path, "d"), i), Kind: bot.CaseIdea, Village: o.two, Text: "x", State: bot.CaseReceived, Created: o.at.UTC(), Due: o.at.UTC()}
			if err := tx.Cases.Create(c); err != nil {
				return err
			}
		}
		return nil
	}))
	seen := map[string]bool{}
	href := path
	for range 10 {
		got := b.get(strings.ReplaceAll(href, "&amp;", "&"))
		o.expect(got, 200, "")
		for _, m := range regexp.MustCompile(`href="/console/cases/(\w+)"`).FindAllStringSubmatch(got.body, -1) {
			if seen[m[1]] {
				o.t.Errorf("%s: %s is listed twice", path, m[1])
			}
			seen[m[1]] = true
		}
		next := nextPageOf.FindStringSubmatch(got.body)
		if next == nil {
			break
		}
		href = next[1]
	}
	if len(seen) < 65 {
		o.t.Errorf("%s: %d cases on all pages", path, len(seen))
	}
}

// A case outside the scope looks like one that is not there, by every address and every form.
func TestCaseScope(t *testing.T) {
	o := newOffice(t)
	o.filed()
	village, staff := o.enter("village"), o.enter("staff")
	o.must(o.store.Update(t.Context(), func(tx store.Tx) error {
		a, err := tx.Accounts.Get("owner")
		a.Integrity = true
		return errors.Join(err, tx.Accounts.Put(a))
	}))
	owner := o.enter("owner")
	for who, sees := range map[*browser]string{village: "ADF", staff: "ABCDF", owner: "ABCDEF"} {
		for _, id := range everyNumber {
			want := 404
			if strings.Contains(sees, id[:1]) {
				want = 200
			}
			page := who.get("/console/cases/" + id)
			if page.StatusCode != want {
				t.Errorf("%s: %d, want %d", id, page.StatusCode, want)
			}
			if want == 200 {
				continue
			}
			if strings.Contains(page.body, o.kase(id).Text) {
				t.Errorf("%s: the page that is not there shows it", id)
			}
			for _, path := range []string{"answer", "move", "assign", "note", "repeats", "writing", "nonsense"} {
				for _, version := range []string{"1", ""} {
					o.expect(who.post("/console/cases/"+id+"/"+path, "text", "x", "outcome", "answered", "to", "seen", "note", "x", "original", "AAAAAA", "version", version), 404, "")
				}
			}
			o.expect(who.get("/console/cases/"+id+"/media/1"), 404, "")
			if c := o.kase(id); c.Version != 1 || c.State != bot.CaseReceived {
				t.Errorf("%s was changed: %+v", id, c)
			}
		}
	}
	// Nor can a case be given to somebody who may not read it, or be joined to one that one may not read.
	o.expect(staff.post("/console/cases/BBBBBB/assign", "to", "village", "version", staff.version("BBBBBB")), 409, "")
	o.expect(staff.post("/console/cases/BBBBBB/assign", "to", "nonsense", "version", staff.version("BBBBBB")), 409, "")
	o.expect(village.post("/console/cases/AAAAAA/repeats", "original", "BBBBBB", "version", village.version("AAAAAA")), 422, "")
	o.expect(staff.post("/console/cases/AAAAAA/repeats", "original", "EEEEEE", "version", staff.version("AAAAAA")), 422, "")
	o.expect(staff.post("/console/cases/AAAAAA/repeats", "original", "DDDDDD", "version", staff.version("AAAAAA")), 422, "") // anonymous
	if c := o.kase("AAAAAA"); c.State != bot.CaseReceived {
		t.Errorf("it was joined: %+v", c)
	}
	// Of what is anonymous, nothing says who it was; the rest shows the conversation.
	if body := staff.get("/console/cases/DDDDDD").body; strings.Contains(body, "ZEN0") || strings.Contains(body, "მოასფალტებენ") {
		t.Error("an anonymous case says who filed it")
	}
	if body := owner.get("/console/cases/EEEEEE").body; strings.Contains(body, "ZEN0") || strings.Contains(body, "მოასფალტებენ") || !strings.Contains(body, "ფული მომთხოვეს") {
		t.Error("an integrity case says who filed it, or not what")
	}
	body := staff.get("/console/cases/AAAAAA").body
	if !strings.Contains(body, "მოასფალტებენ") || !strings.Contains(body, "/console/conversations/CITIZEN0") {
		t.Error("the conversation around the case is missing")
	}
	for _, bad := range []string{"<script>alert", "01001012345", " style=", "onclick"} {
		if strings.Contains(body, bad) {
			t.Errorf("the page shows %q", bad)
		}
	}
	o.must(o.store.View(t.Context(), func(tx store.Tx) error {
		as, _, err := tx.Trail.Latest(store.Page{Limit: 100})
		if !slices.ContainsFunc(as, func(a bot.Audit) bool { return a.Act == "case" && a.Object == "AAAAAA" && a.Login == "staff" }) {
			t.Error("the trail does not say who read the case")
		}
		return err
	}))
}

// Each act of the page goes the way of the chat: it is told, noted in the history and in the trail.
func TestCaseActs(t *testing.T) {
	o := newOffice(t)
	o.filed()
	b := o.enter("village")
	const path = "/console/cases/AAAAAA"
	told := func() (texts []string) {
		o.must(o.store.Update(t.Context(), func(tx store.Tx) error {
			texts = nil
			ps, err := tx.Outbox.Claim("telegram", bot.PurposeAnnouncement, time.Now().Add(time.Hour), time.Minute, 50)
			for _, p := range ps {
				texts = append(texts, string(p.Citizen)+": "+p.Message.Text)
				err = errors.Join(err, tx.Outbox.Settle(p.ID, bot.FateSent, time.Now().UTC()))
			}
			return err
		}))
		return texts
	}
	told()
	o.expect(b.post(path+"/move", "to", "seen", "version", b.version("AAAAAA")), 303, path)
	o.expect(b.post(path+"/assign", "to", "staff", "version", b.version("AAAAAA")), 303, path)
	o.expect(b.post(path+"/note", "note", "დავურეკეთ <b>ოსტატს</b>"), 303, path)
	if c := o.kase("AAAAAA"); c.State != bot.CaseSeen || c.Assigned != "staff" {
		t.Errorf("the case is %+v", c)
	}
	told()
	old := b.version("AAAAAA")
	if page := b.get(path + "?ready=ready.1-looking").body; !strings.Contains(page, "თქვენი მიმართვა AAAAAA") {
		t.Error("the ready answer is not filled in")
	}
	o.expect(b.post(path+"/answer", "text", "", "outcome", "answered", "version", old), 422, "")
	o.expect(b.post(path+"/answer", "text", strings.Repeat("ა", maxReply+1), "outcome", "answered", "version", old), 422, "")
	o.expect(b.post(path+"/answer", "text", "x", "outcome", "duplicate", "version", old), 400, "")
	o.expect(b.post(path+"/answer", "text", strings.Repeat("x", maxBody), "outcome", "answered", "version", old), 413, "")
	o.expect(b.post(path+"/note", "note", ""), 422, "")
	o.expect(b.post(path+"/repeats", "original", "nonsense", "version", old), 422, "")
	o.expect(b.post(path+"/answer", "text", "ხვალ შევაკეთებთ", "outcome", "answered", "version", old), 303, path)
	if got := told(); len(got) != 1 || !strings.HasPrefix(got[0], "CITIZEN0: ") || !strings.Contains(got[0], "ხვალ შევაკეთებთ") {
		t.Errorf("told %q", got)
	}
	// The same form again, as a colleague who had it open sends it: refused, and the words are kept.
	again := b.post(path+"/answer", "text", "ზეგ შევაკეთებთ", "outcome", "done", "version", old)
	o.expect(again, 409, "")
	if !strings.Contains(again.body, "ზეგ შევაკეთებთ</textarea>") || !strings.Contains(again.body, `value="done" selected`) || !strings.Contains(again.body, "სანამ წერდით") || len(told()) != 0 {
		t.Error("a form that was opened before a change is not refused with its words kept")
	}
	o.expect(b.post(path+"/answer", "text", "ზეგ", "outcome", "done"), 409, "") // without a version
	o.expect(b.post(path+"/move", "to", "seen", "version", b.version("AAAAAA")), 409, "")
	o.expect(b.post(path+"/move", "to", "nonsense", "version", b.version("AAAAAA")), 400, "")
	o.expect(b.post(path+"/answer", "text", "შევაკეთეთ", "outcome", "done", "version", b.version("AAAAAA")), 303, path)
	body := b.get(path).body
	for _, want := range []string{"ხვალ შევაკეთებთ", "შევაკეთეთ", "ნინო გელაშვილი", "დავურეკეთ &lt;b&gt;ოსტატს&lt;/b&gt;", "ახლა აბარია: გიორგი ბერიძე"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page does not show %q", want)
		}
	}
	o.expect(b.post("/console/cases/DDDDDD/repeats", "original", "#ffffff", "version", b.version("DDDDDD")), 303, "/console/cases/DDDDDD")
	if c := o.kase("DDDDDD"); c.State != bot.CaseDuplicate || c.Original != "FFFFFF" {
		t.Errorf("joined: %+v", c)
	}
	o.must(o.store.View(t.Context(), func(tx store.Tx) error {
		as, _, err := tx.Trail.Latest(store.Page{Limit: 100})
		for _, act := range []string{"case.seen", "case.assign", "case.note", "case.answered", "case.done", "case.duplicate"} {
			if !slices.ContainsFunc(as, func(a bot.Audit) bool { return a.Act == act && a.Login == "village" }) {
				t.Errorf("the trail has no %s", act)
			}
		}
		return err
	}))
}

// What the page says of how an answer gets there is what the outbox will do.
func TestCaseReach(t *testing.T) {
	o := newOffice(t)
	o.filed()
	b := o.enter("staff")
	now := time.Now().UTC()
	for name, c := range map[string]struct {
		contact bot.Contact
		want    string
	}{
		"telegram":          {bot.Contact{Address: bot.Address{Platform: "telegram", ID: "0"}}, "მაშინვე მიუვა (Telegram)"},
		"messenger":         {bot.Contact{Address: bot.Address{Platform: "messenger", ID: "0"}, LastInbound: now.Add(-2 * time.Hour)}, o.when(now.Add(7*24*time.Hour-2*time.Hour)) + "-მდე უპასუხებთ, მაშინვე მიუვა (Messenger)"},
		"messenger, silent": {bot.Contact{Address: bot.Address{Platform: "messenger", ID: "0"}, LastInbound: now.Add(-8 * 24 * time.Hour)}, "თვითონ მოგვწერს"},
		"blocked":           {bot.Contact{Address: bot.Address{Platform: "telegram", ID: "0"}, Reach: bot.Blocked}, "დაბლოკა"},
	} {
		o.must(o.store.Update(t.Context(), func(tx store.Tx) error {
			p, s, err := tx.Citizens.Get("CITIZEN0")
			p.Contacts = []bot.Contact{c.contact}
			return errors.Join(err, tx.Citizens.Put(p, s))
		}))
		if body := b.get("/console/cases/AAAAAA").body; !strings.Contains(body, c.want) {
			t.Errorf("%s: the page does not say %q", name, c.want)
		}
	}
	o.must(o.store.Update(t.Context(), func(tx store.Tx) error { return tx.Citizens.Forget("CITIZEN0") }))
	if body := b.get("/console/cases/AAAAAA").body; !strings.Contains(body, "აღარ გვაქვს") || strings.Contains(body, "ხიდი") {
		t.Error("of somebody who was forgotten the page says too much, or not that")
	}
}

func (o *office) when(t time.Time) string {
	return t.In(o.console.cfg.Library().Place().Zone).Format("02.01.2006, 15:04")
}

// A file is what its bytes look like, in a box where nothing runs.
func TestCaseMedia(t *testing.T) {
	o := newOffice(t)
	o.filed()
	b := o.enter("village")
	for n, c := range map[string]struct {
		status            int
		kind, disposition string
	}{
		"1": {200, "image/jpeg", `inline; filename="AAAAAA-1.jpg"`}, "2": {200, "audio/ogg", `inline; filename="AAAAAA-2.ogg"`},
		"3": {200, "application/octet-stream", `attachment; filename="AAAAAA-3"`}, "4": {200, "application/octet-stream", `attachment; filename="AAAAAA-4"`},
		"5": {413, "text/html; charset=utf-8", ""}, "6": {404, "text/html; charset=utf-8", ""}, "7": {502, "text/html; charset=utf-8", ""},
		"8": {404, "", ""}, "0": {404, "", ""}, "-1": {404, "", ""}, "x": {404, "", ""},
	} {
		got := b.get("/console/cases/AAAAAA/media/" + n)
		if got.StatusCode != c.status || c.kind != "" && got.Header.Get("Content-Type") != c.kind || c.disposition != "" && got.Header.Get("Content-Disposition") != c.disposition {
			t.Errorf("file %s: %d, %q, %q", n, got.StatusCode, got.Header.Get("Content-Type"), got.Header.Get("Content-Disposition"))
		}
		if got.Header.Get("X-Content-Type-Options") != "nosniff" || c.status == 200 && !strings.Contains(got.Header.Get("Content-Security-Policy"), "sandbox") {
			t.Errorf("file %s: headers %v", n, got.Header)
		}
	}
	b.header.Set("Range", "bytes=0-3")
	if got := b.get("/console/cases/AAAAAA/media/2"); got.StatusCode != 206 || got.body != "OggS" {
		t.Errorf("a part: %d %q", got.StatusCode, got.body)
	}
	b.header = http.Header{}
	o.expect(o.enter("observer").get("/console/cases/AAAAAA/media/1"), 403, "")
}

// Who writes is shown to the others.
func TestCaseWriting(t *testing.T) {
	o := newOffice(t)
	o.filed()
	village, staff := o.enter("village"), o.enter("staff")
	o.expect(village.post("/console/cases/AAAAAA/writing", "typing", "1"), 204, "")
	if body := staff.get("/console/cases/AAAAAA").body; !strings.Contains(body, "ახლა წერს: ნინო გელაშვილი") {
		t.Error("a colleague who writes is not shown")
	}
	if body := village.get("/console/cases/AAAAAA").body; strings.Contains(body, "ახლა წერს: ნინო") {
		t.Error("one is shown oneself")
	}
	o.expect(village.post("/console/cases/AAAAAA/answer", "text", "x", "outcome", "answered", "version", village.version("AAAAAA")), 303, "")
	if body := staff.get("/console/cases/AAAAAA").body; strings.Contains(body, "ახლა წერს: ნინო") {
		t.Error("whoever has sent it still writes")
	}
}

// Pages hear of what is in their scope, without a word of it, until the session or the program ends.
func TestEvents(t *testing.T) {
	o := newOffice(t)
	s := httptest.NewServer(o.console)
	t.Cleanup(s.Close)
	ctx, stop := context.WithTimeout(t.Context(), patience)
	defer stop()
	listen := func(b *browser) *bufio.Scanner {
		t.Helper()
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL+eventsPath, nil)
		o.must(err)
		r.Header.Set("Accept", "text/event-stream")
		for name, value := range b.cookies {
			r.AddCookie(&http.Cookie{Name: name, Value: value})
		}
		res, err := http.DefaultTransport.RoundTrip(r)
		o.must(err)
		t.Cleanup(func() { _ = res.Body.Close() })
		if res.StatusCode != 200 || res.Header.Get("Content-Type") != "text/event-stream" || res.Header.Get("Cache-Control") != "no-store" {
			t.Fatalf("status %d, %v", res.StatusCode, res.Header)
		}
		lines := bufio.NewScanner(res.Body)
		if !lines.Scan() || lines.Text() != "retry: 5000" || !lines.Scan() {
			t.Fatalf("the stream begins with %q", lines.Text())
		}
		return lines
	}
	event := func(lines *bufio.Scanner) string {
		t.Helper()
		got := ""
		for lines.Scan() && lines.Text() != "" {
			got += lines.Text() + " "
		}
		return strings.TrimSpace(got)
	}
	village, staff := o.enter("village"), o.enter("staff")
	one, all := listen(village), listen(staff)
	o.filed()
	for id, want := range map[string]string{"staff": "ABCDF", "village": "ADF"} {
		lines := map[string]*bufio.Scanner{"staff": all, "village": one}[id]
		got := map[string]bool{}
		for range want {
			e := event(lines)
			if !strings.HasPrefix(e, `event: case data: {"id":"`) || !strings.HasSuffix(e, `","new":true}`) {
				t.Fatalf("%s is told %q", id, e)
			}
			got[strings.TrimPrefix(e, `event: case data: {"id":"`)[:1]] = true
		}
		for _, x := range want {
			if !got[string(x)] {
				t.Errorf("%s is not told of %c", id, x)
			}
		}
	}
	o.expect(village.post("/console/cases/AAAAAA/writing", "typing", "1"), 204, "")
	if e := event(all); e != `event: writing data: {"id":"AAAAAA","by":"ნინო გელაშვილი"}` {
		t.Errorf("who writes is told as %q", e)
	}
	o.expect(staff.post("/console/cases/BBBBBB/move", "to", "seen", "version", staff.version("BBBBBB")), 303, "")
	o.expect(staff.post("/console/cases/AAAAAA/move", "to", "seen", "version", staff.version("AAAAAA")), 303, "")
	if e := event(one); e != `event: case data: {"id":"AAAAAA"}` {
		t.Errorf("the village is told %q", e)
	}
	// The end of the session.
	o.expect(village.post("/console/signout"), 303, "")
	o.expect(staff.post("/console/cases/AAAAAA/move", "to", "working", "version", staff.version("AAAAAA")), 303, "")
	if e := event(one); e != "" || one.Scan() {
		t.Errorf("after the session: %q", e)
	}
	o.console.cfg.Live.Close()
	for all.Scan() { // ends, or the test does not
	}
}
