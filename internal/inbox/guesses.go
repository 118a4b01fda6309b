package inbox

import (
	"slices"
	"sync"
	"time"

	"ogpbot/bot"
)

// maxGuesses is how many wrong codes all people together may type in a window before none is looked at: nobody types so
// many by mistake.
const maxGuesses = 100

// guesses counts wrong codes by address and over all, apart from the citizens, who can have themselves forgotten. The zero
// value is ready. What it knows is lost with the process.
type guesses struct {
	mu   sync.Mutex
	made []guess // the oldest first
}

type guess struct {
	by bot.Address
	at time.Time
}

// note counts a wrong code.
func (g *guesses) note(by bot.Address, at time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.made = append(g.made, guess{by, at})
	if over := len(g.made) - 10*maxGuesses; over > 0 {
		g.made = slices.Delete(g.made, 0, over)
	}
}

// locked tells whether no code of a is looked at, and since when.
func (g *guesses) locked(a bot.Address, now time.Time) (since time.Time, is bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.made = slices.DeleteFunc(g.made, func(x guess) bool { return now.Sub(x.at) > bot.WrongCodeTime })
	own, lately := 0, 0
	for _, x := range g.made {
		if x.by == a {
			own++
		}
		if now.Sub(x.at) < bot.LinkCodeTime {
			lately++
		}
	}
	if len(g.made) == 0 || own < bot.MaxWrongCodes && lately < maxGuesses {
		return time.Time{}, false
	}
	return g.made[0].at, true
}
