package intents

import (
	"ogpbot/bot"
)

var _ = declare(bot.Intent{Name: bot.IntentForget, Commands: []string{"forget"}, Handle: forget, Continue: forgetTyped})

// stepSure: the last question before everything is deleted is open.
const stepSure = "sure"

// forget deletes everything about the citizen, after two questions. A button of an earlier conversation begins again. As a
// button: "sure" asks the second question, "now" deletes, "no" does not.
func forget(a bot.Ask) bot.Turn {
	open := a.State.Intent == bot.IntentForget
	switch {
	case a.Citizen.Version == 0: // this is all that there is of them: twice in a row, or the last button pressed twice
		t := a.Reply(bot.Outbound{Text: a.Say("dialogue.forget-nothing")})
		t.Effects = []bot.Effect{bot.Forget{}}
		return apartFromRecord(t)
	case a.Arg == "no":
		return a.Reply(bot.Outbound{Text: a.Say("forget.kept")})
	case a.Arg == "sure" && open:
		return forgetSure(a, a.Say("forget.sure"))
	case a.Arg == "now" && open && a.State.Step == stepSure && a.In.Kind != bot.KindEdit:
		return forgotten(a)
	}
	text := a.Say("forget.text")
	if account, ok := a.Account(); ok {
		text += "\n\n" + a.Say("forget.account", "login", account.Login)
	}
	t := apart(a.Reply(bot.Outbound{Heading: a.Say("forget.heading"), Text: text,
		Buttons: []bot.Button{a.Button("forget.begin", "forget:sure"), a.No("forget.no", "forget:no"), a.Button("mydata.button", "mydata")}}))
	t.Next = bot.State{Intent: "forget"}
	return t
}

// forgetSure asks with text whether they are sure. Nothing but its own button, its number or its words answers it with yes, and
// the number is another one than before: whoever sends the first answer twice deletes nothing.
func forgetSure(a bot.Ask, text string) bot.Turn {
	t := a.Reply(bot.Outbound{Text: text, Buttons: []bot.Button{a.No("forget.no", "forget:no"), a.Button("forget.now", "forget:now")}})
	t.Next = bot.State{Intent: "forget", Step: stepSure}
	return t
}

// forgetTyped asks once more whoever says yes in other words than those of the button.
func forgetTyped(a bot.Ask) (bot.Turn, bool) {
	if a.State.Step != stepSure || !says(a, "help.yes") {
		return bot.Turn{}, false
	}
	return forgetSure(a, a.Say("forget.press", "now", a.Say("forget.now"))), true
}

// forgotten deletes, and gives a receipt of which nothing is kept.
func forgotten(a bot.Ask) bot.Turn {
	receipt := draw(a.In.Random, 6, caseSigns)
	t := a.Reply(bot.Outbound{Heading: a.Say("forget.done"),
		Text: a.Say("forget.receipt", "date", a.Day(a.In.At.In(a.Library.Place().Zone)), "number", receipt)})
	t.Effects = []bot.Effect{bot.Forget{}}
	return apartFromRecord(t)
}
