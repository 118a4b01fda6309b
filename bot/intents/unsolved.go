package intents

import "ogpbot/bot"

// slotUnsolved is set while it is asked which case the words are about.
const slotUnsolved = "unsolved"

// casesUnsolved is how many of the cases that were closed last somebody may mean who says that nothing was done.
const casesUnsolved = 3

// unsolved asks which case is meant by somebody who writes "it is not solved": as a question of nobody's it would reach
// whoever answers next without number or village. Nothing is opened before they choose. ok is false for whoever was told of none.
func unsolved(a bot.Ask) (t bot.Turn, ok bool) {
	if !begins(a, a.Words, "unsolved.cues") || confides(a, a.Words) {
		return t, false
	}
	ask := bot.Outbound{Text: a.Say("unsolved.which")}
	for _, c := range a.Records.Cases(a.Citizen.ID) {
		if !c.Open() && c.State != bot.CaseDuplicate && c.Kind != bot.CasePraise && len(ask.Buttons) < casesUnsolved {
			ask.Buttons = append(ask.Buttons, bot.Button{Label: c.ID + ", " + shorten(oneLine(caseMatter(a, c)), newsLabel), Action: "cases:reopen:" + c.ID})
		}
	}
	switch len(ask.Buttons) {
	case 0:
		return t, false
	case 1:
		ask.Buttons[0].Means = bot.MeansYes
	}
	ask.Buttons = append(ask.Buttons, a.No("unsolved.other", "ask:none"))
	t = remember(a, a.Reply(ask), bot.Turn{})
	t.Next.Slots[slotUnsolved] = "1"
	return apartFromRecord(t), true
}
