package bot

import "slices"

// MaxMessages is how many messages of one person are answered in a minute.
const MaxMessages = 20

// Slower is the turn for somebody who writes more than that. They are told once; what follows is not answered.
func (b *Bot) Slower(c Citizen, s State, in Inbound) Turn {
	return Turn{Intent: "slower", Words: clean(in.Text), Private: Confided(s), Replies: []Outbound{{Text: b.library.Text(b.language(c), "sorry.slower")}}, Next: s}
}

// Confided tells whether what is said in a dialogue may be read by fewer people than a conversation is: its words are not
// kept with that.
func Confided(s State) bool {
	return slices.Contains([]string{"feedback", "cases", "waiting"}, s.Intent)
}
