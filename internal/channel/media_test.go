package channel

import (
	"reflect"
	"testing"

	"ogpbot/bot"
)

func TestInWords(t *testing.T) {
	voice := bot.Media{Kind: bot.KindVoice, Platform: "p", Ref: "r", Instead: "[ხმოვანი]"}
	picture := bot.Media{Kind: bot.KindPhoto, Picture: "chart"}
	for name, c := range map[string]struct{ m, want bot.Outbound }{
		"after the text":  {bot.Outbound{Heading: "h", Text: "t", Note: "n", Media: voice}, bot.Outbound{Heading: "h", Text: "t\n\n[ხმოვანი]", Note: "n"}},
		"no text":         {bot.Outbound{Heading: "h", Media: voice}, bot.Outbound{Heading: "h", Text: "[ხმოვანი]"}},
		"no words for it": {bot.Outbound{Text: "t", Media: picture}, bot.Outbound{Text: "t"}},
		"no file":         {bot.Outbound{Text: "t", Media: bot.Media{Instead: "x"}}, bot.Outbound{Text: "t"}},
	} {
		if got := InWords(c.m); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %+v, want %+v", name, got.Words(), c.want.Words())
		}
	}
}
