package bot

import (
	"log/slog"
	"slices"
	"time"
)

// Role is what an account may do. They are stored.
type Role string

// The roles.
const (
	RoleObserver Role = "observer" // reads numbers, and cases without names
	RoleVillage  Role = "village"  // administers their villages
	RoleStaff    Role = "staff"    // answers for the whole municipality
	RoleOwner    Role = "owner"    // and manages accounts and settings
)

// Account is a person who works with the bot for the municipality.
type Account struct {
	Login     string // [a-z0-9.-], at most 32
	Name      string // shown to colleagues
	Role      Role
	Villages  []string  // Village.IDs of RoleVillage
	Integrity bool      // may read integrity cases; never RoleVillage
	Citizen   CitizenID // their own conversation with the bot, "" until it is linked
	Disabled  bool
	Created   time.Time // UTC
	Version   uint64    // counts the writes, as that of Citizen
}

// Nobody stands for no account where "" says nothing about that. It is no login.
const Nobody = "~"

// LogValue keeps a colleague's name out of every log.
func (a Account) LogValue() slog.Value { return slog.StringValue("account/" + a.Login) }

// Scope is the part of the municipality that an account may see and reach.
type Scope struct {
	All       bool
	Villages  []string // if not All
	Integrity bool     // integrity cases too, if All
}

// Scope gives what the account may reach; a disabled one nothing.
func (a Account) Scope() Scope {
	switch {
	case a.Disabled:
		return Scope{}
	case a.Role == RoleStaff || a.Role == RoleOwner:
		return Scope{All: true, Integrity: a.Integrity}
	case a.Role == RoleVillage:
		return Scope{Villages: a.Villages}
	}
	return Scope{}
}

// Allows tells whether all of villages are in the scope. No village at all stands for the whole municipality.
func (s Scope) Allows(villages ...string) bool {
	if s.All {
		return true
	}
	for _, v := range villages {
		if v == "" || !slices.Contains(s.Villages, v) {
			return false
		}
	}
	return len(villages) > 0
}

// Sees tells whether a case may be read.
func (s Scope) Sees(c Case) bool {
	if c.Kind == CaseIntegrity {
		return s.All && s.Integrity
	}
	return s.Allows(c.Village)
}

// Audit is one line of the trail of what accounts did. It holds no words of citizens.
type Audit struct {
	At     time.Time // UTC
	Login  string    // "" if it is not known who tried
	Act    string    // what was done or tried, such as "announce"
	Object string    // on what: a broadcast's ID, a village, an account
	Denied string    // why it was refused, "" if it was done
}
