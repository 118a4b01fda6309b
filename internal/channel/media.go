package channel

import "ogpbot/bot"

// InWords returns m with the words of its file (Media.Instead) after its text, in place of the file.
func InWords(m bot.Outbound) bot.Outbound {
	if !m.Media.None() && m.Media.Instead != "" {
		if m.Text != "" {
			m.Text += "\n\n"
		}
		m.Text += m.Media.Instead
	}
	m.Media = bot.Media{}
	return m
}
