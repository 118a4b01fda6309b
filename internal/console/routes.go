package console

import (
	"net/http"

	"ogpbot/bot"
	"ogpbot/internal/staff"
)

// right is the least that somebody needs for a page.
type right int

// The rights. From observer on, each has those of the ones before.
const (
	anybody  right = iota // signed in or not
	begun                 // signed in, at least half
	second                // the second factor is missing
	setup                 // something has to be chosen first
	observer              // reads numbers
	village               // and what concerns their villages
	staffers              // and the whole municipality
	owner                 // and accounts
)

var rightOf = map[bot.Role]right{bot.RoleObserver: observer, bot.RoleVillage: village, bot.RoleStaff: staffers, bot.RoleOwner: owner}

// route is one page, or one form.
type route struct {
	pattern string
	least   right
	handle  func(*request) error
}

// uploadRoute is the one form that may hold a file.
const uploadRoute = "POST /console/announcements/new"

// routes is everything that there is. What is not here is not found.
var routes = []route{
	{"GET /console/signin", anybody, (*request).showSignIn},
	{"POST /console/signin", anybody, (*request).signIn},
	{"GET /console/link/{token}", anybody, (*request).showLink},
	{"POST /console/link/{token}", anybody, (*request).followLink},
	{"POST /console/language", anybody, (*request).setLanguage},
	{"POST /console/signout", begun, (*request).signOut},

	{"GET /console/second", second, (*request).showSecond},
	{"POST /console/second", second, (*request).giveSecond},
	{"POST /console/second/send", second, (*request).sendSecond},

	{"GET /console/setup", setup, (*request).showSetup},
	{"POST /console/setup/password", setup, (*request).setupPassword},
	{"POST /console/setup/authenticator", setup, (*request).setupAuthenticator},
	{"POST /console/setup/send", setup, (*request).setupSend},
	{"POST /console/setup/chat", setup, (*request).setupChat},
	{"GET /console/setup/qr.png", setup, (*request).showQR},

	{"GET /console/{$}", observer, (*request).showToday},

	{"GET /console/account", observer, (*request).showAccount},
	{"POST /console/account/password", observer, (*request).changePassword},
	{"POST /console/account/sessions", observer, (*request).endSession},
	{"GET /console/account/second", observer, (*request).showOwnSecond},
	{"GET /console/account/qr.png", observer, (*request).showQR},
	{"POST /console/account/authenticator", observer, (*request).changeAuthenticator},
	{"POST /console/account/send", observer, (*request).sendOwnSecond},
	{"POST /console/account/chat", observer, (*request).changeChat},

	{"GET /console/progress", observer, (*request).showProgress},
	{"GET /console/progress/{commitment}", observer, (*request).showCommitment},
	{"POST /console/progress/{commitment}", staffers, (*request).setProgress},

	{"GET /console/numbers", observer, (*request).showNumbers},
	{"GET /console/numbers/{chart}", observer, (*request).downloadNumbers},

	{"GET /console/announcements", village, (*request).showAnnouncements},
	{"GET /console/announcements/new", village, (*request).showCompose},
	{uploadRoute, village, (*request).compose},
	{"GET /console/announcements/{id}", village, (*request).showAnnouncement},
	{"GET /console/announcements/{id}/photo", village, (*request).showPhoto},
	{"POST /console/announcements/{id}/{act}", village, (*request).steer},

	{"GET /console/cases", observer, (*request).showCases},
	{"GET /console/cases/{id}", observer, (*request).showCase},
	{"GET /console/cases/{id}/media/{n}", village, (*request).showMedia},
	{"POST /console/cases/{id}/writing", village, (*request).writingCase},
	{"POST /console/cases/{id}/{act}", village, (*request).changeCase},
	{"GET /console/events", observer, (*request).showEvents},

	{"GET /console/conversations", village, (*request).showConversations},
	{"GET /console/conversations/{citizen}", village, (*request).showConversation},
	{"POST /console/conversations/{citizen}/bare", village, (*request).bareConversation},
	{"GET /console/talks", village, (*request).showTalks},
	{"POST /console/talks/{citizen}/{act}", village, (*request).talk},

	{"GET /console/questions", village, (*request).showQuestions},
	{"GET /console/questions/{id}", village, (*request).showQuestion},
	{"POST /console/questions/{id}/{act}", village, (*request).settleQuestion},

	{"GET /console/content", observer, (*request).showContents},
	{"GET /console/content/new", staffers, (*request).newContent},
	{"POST /console/content/new/{act}", staffers, (*request).writeContent},
	{"GET /console/content/{id}", observer, (*request).showContent},
	{"POST /console/content/{id}/{act}", staffers, (*request).writeContent},

	{"GET /console/accounts", owner, (*request).showAccounts},
	{"POST /console/accounts", owner, (*request).addAccount},
	{"GET /console/accounts/{login}", owner, (*request).showMember},
	{"POST /console/accounts/{login}/{act}", owner, (*request).changeMember},

	{"GET /console/audit", owner, (*request).showAudit},
	{"GET /console/export/{list}/{file}", observer, (*request).download},
	{"GET /console/settings", owner, (*request).showSettings},
}

// place is one that the navigation leads to, for those who may.
type place struct {
	path  string
	least right
	key   string
}

// menu is the navigation: what waits, what goes out and what is known, who did what and with which rights.
var menu = [][]place{{
	{"", observer, "console.nav-today"},
	{"cases", observer, "console-cases.title"},
	{"questions", village, "console-review.nav-questions"},
	{"talks", village, "console-review.nav-talks"},
}, {
	{"announcements", village, "console.nav-announcements"},
	{"progress", observer, "console.nav-progress"},
	{"content", observer, "console-content.nav"},
	{"numbers", observer, "console-numbers.nav"},
}, {
	{"conversations", village, "console.nav-conversations"},
	{"accounts", owner, "console.nav-accounts"},
	{"audit", owner, "console.nav-audit"},
	{"settings", owner, "console-accounts.nav-settings"},
}}

// admit lets whoever asks through, or sends them to what they have to do first.
func (q *request) admit(least right) error {
	switch {
	case least == anybody:
		return nil
	case q.token == "":
		q.redirect("signin")
		return nil
	case least == begun:
		return nil
	}
	switch stage := q.who.Session.Stage; {
	case stage == staff.StageSecond && least != second:
		q.redirect("second")
	case stage == staff.StageSetup && least != setup:
		q.redirect("setup")
	case stage == staff.StageIn && (least == second || least == setup):
		q.redirect("")
	case stage == staff.StageIn && !q.may(least):
		return errForbidden
	}
	return nil
}

// may tells whether the account has a right.
func (q *request) may(least right) bool {
	return q.in() && rightOf[q.who.Account.Role] >= least
}

// in tells whether somebody is signed in, and nothing is missing.
func (q *request) in() bool { return q.token != "" && q.who.Session.Stage == staff.StageIn }

// setLanguage keeps the choice in a cookie.
func (q *request) setLanguage() error {
	lang := bot.Language(q.r.PostFormValue("lang"))
	if q.speaks(lang) {
		q.setCookie(languageCookie, string(lang), 365*24*60*60)
	}
	http.Redirect(q.w, q.r, ownPath(q.r.PostFormValue("back")), http.StatusSeeOther)
	q.written = true
	return nil
}
