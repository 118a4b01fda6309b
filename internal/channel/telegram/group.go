package telegram

import (
	"strings"
)

// identity is the bot's own account.
type identity struct {
	ID       int64  `json:"id"`
	Username string `json:"username"`
}

// wordsForUs returns the words of m without the bot's name in them. ok is false if m was said in a group and not to
// the bot. Until Prepare has learnt the name, the bot is silent in groups.
func (c *Channel) wordsForUs(m *message) (words string, ok bool) {
	self := c.self.Load()
	words = m.words()
	if self == nil {
		return words, m.Chat.private()
	}
	words, named, others := self.stripCommand(words)
	if m.Chat.private() {
		return words, true
	}
	if !m.Chat.group() || others {
		return "", false
	}
	if !named {
		words, named = self.stripMention(words)
	}
	return words, named || self.saidBy(m)
}

// saidBy tells whether m replies to a message of the bot.
func (i *identity) saidBy(m *message) bool {
	return m.ReplyTo != nil && m.ReplyTo.From != nil && m.ReplyTo.From.ID == i.ID
}

// stripCommand turns "/cmd@name args" into "/cmd args" if the name is the bot's. others: it is another bot's.
func (i *identity) stripCommand(words string) (stripped string, ours, others bool) {
	if !strings.HasPrefix(words, "/") {
		return words, false, false
	}
	end := strings.IndexAny(words, " \n\t")
	if end < 0 {
		end = len(words)
	}
	command, name, found := strings.Cut(words[:end], "@")
	switch {
	case !found:
		return words, false, false
	case !strings.EqualFold(name, i.Username):
		return words, false, true
	}
	return command + words[end:], true, false
}

// stripMention takes every "@name" of the bot out of words.
func (i *identity) stripMention(words string) (stripped string, found bool) {
	mention := "@" + i.Username
	var out strings.Builder
	for at := 0; at < len(words); {
		if end := at + len(mention); end <= len(words) && strings.EqualFold(words[at:end], mention) &&
			(at == 0 || !inName(words[at-1])) && (end == len(words) || !inName(words[end])) {
			found = true
			at = end
			continue
		}
		out.WriteByte(words[at])
		at++
	}
	if !found {
		return words, false
	}
	return strings.Trim(out.String(), " \n\t,:"), true
}

// inName tells whether b may be part of a user name or of an e-mail address.
func inName(b byte) bool {
	return b == '_' || '0' <= b && b <= '9' || 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z'
}
