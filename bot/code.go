package bot

import (
	"strings"
	"time"
)

// Code is a secret that is good once, for a while.
type Code struct {
	Kind    CodeKind
	Secret  string    // what has to be typed
	Citizen CitizenID // CodeLink: who asked for it
	Login   string    // CodeStaff, CodeConsole, CodeInvite, CodeSecond: Account.Login
	Role    Role      // CodeStaff: Account.Role, filled in by Records.Code; "" if it is not known
	Until   time.Time // UTC
}

// How long codes are good, and how many wrong ones a citizen may type in an hour.
const (
	LinkCodeTime  = 10 * time.Minute
	StaffCodeTime = 7 * 24 * time.Hour
	ConsoleTime   = 5 * time.Minute // of CodeConsole
	MaxWrongCodes = 5
	WrongCodeTime = time.Hour
)

// CodeKind is what a code is for. They are stored.
type CodeKind string

// The kinds.
const (
	CodeLink  CodeKind = "link"  // six digits that make two conversations one person's
	CodeStaff CodeKind = "staff" // links a conversation with an account

	CodeConsole CodeKind = "console" // signs the account of a conversation in on the staff pages
	CodeInvite  CodeKind = "invite"  // signs an account in to choose its password
	CodeSecond  CodeKind = "second"  // six digits, the second factor of a sign-in
)

// StaffCodeIn finds in a short message what is shaped like a colleague's one-time code: five signs and five; "" if there is
// none. Where no hyphen stands between, digits among capitals tell it from words.
func StaffCodeIn(words string) string {
	fields := strings.Fields(words)
	if len(fields) > staffCodeWords || strings.HasPrefix(words, "/") {
		return ""
	}
	for i, f := range fields {
		f = strings.Trim(f, ".,:;!?()„“\"")
		if left, right, ok := strings.Cut(f, "-"); ok && isHalf(left) && isHalf(right) && hasLetter(f) && (hasDigit(f) || strings.Trim(strings.ToUpper(f), codeLetters) == "") {
			return left + right
		}
		if len(f) == 2*halfCode && isHalf(f[:halfCode]) && isHalf(f[halfCode:]) && f == strings.ToUpper(f) && hasDigit(f) && hasLetter(f) {
			return f
		}
		if i == 0 || !isHalf(fields[i-1]) || !isHalf(f) {
			continue
		}
		both := fields[i-1] + f
		if both == strings.ToUpper(both) && hasDigit(both) && hasLetter(both) || hasDigit(f) && hasLetter(f) && hasDigit(fields[i-1]) && hasLetter(fields[i-1]) {
			return both
		}
	}
	return ""
}

const (
	halfCode       = 5                       // signs on each side of the hyphen
	codeLetters    = "ACDEFGHJKMNPQRTUVWXY-" // the letters of codes, and the hyphen
	staffCodeWords = 4                       // a message with a code has no more words
)

func isHalf(s string) bool {
	return len(s) == halfCode && strings.Trim(strings.ToUpper(s), "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == ""
}

func hasDigit(s string) bool { return strings.ContainsAny(s, "0123456789") }

func hasLetter(s string) bool { return strings.Trim(s, "0123456789-") != "" }
