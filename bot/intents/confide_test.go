package intents_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"ogpbot/bot"
)

// asksConfided tells whether b asks of words from nowhere whether they are of corruption or pressure.
func asksConfided(b *bot.Bot, words string) bool {
	c := bot.Citizen{ID: "citizen", Contacts: []bot.Contact{{Address: address}}}
	in := bot.Inbound{Text: words, From: address, Ref: "1", At: time.Date(2026, 5, 4, 9, 0, 0, 0, time.UTC)}
	t := b.Respond(c, bot.State{}, in, &records{library: b.Library()})
	return slices.ContainsFunc(t.Next.Offered, func(o bot.Button) bool { return o.Action == "feedback:from:integrity" }) &&
		!slices.ContainsFunc(t.Effects, func(e bot.Effect) bool { _, kept := e.(bot.KeepQuestion); return kept })
}

// TestPlainCorruption: who tells of a deed in plain words is asked before anybody who could be the accused reads it.
func TestPlainCorruption(t *testing.T) {
	b := town(t)
	for words := range strings.SplitSeq(`gamgebelma moipara sofels rom fuli moucia gzaze
merma moipara fuli
მერმა ფული ჩაიჯიბა
50 lari momces xma rom mimeca
arCevnebze xmebs yiduloben askanaSi
xma rom ar mivce samsaxuridan gamagdeben
gamgebelma miTxra xma momeci TorE samsaxurs dakargav
xelmzRvanelma gamomZala fuli
ბაღის დირექტორი ფულს გვახდევინებს
the mayor stole the money for the road
they are buying votes in our village
le maire a volé l'argent de la route
ils achètent des voix pour les élections`, "\n") {
		if !asksConfided(b, words) {
			t.Errorf("%q is not taken for a report", words)
		}
	}
	for words := range strings.SplitSeq(`ვინ არის მერი
მერი როდის მიიღებს ხალხს
mezobelma velosipedi moipara
my bicycle was stolen, whom do I tell
გამგებელს როგორ დავუკავშირდე
საკრებულოს ბიუჯეტის ფული რამდენია
როგორ მივცე ხმა ბიუჯეტის პროექტს
სამსახური როგორ ვიშოვო
qui est le maire
on m'a volé mon vélo`, "\n") {
		if asksConfided(b, words) {
			t.Errorf("%q is taken for a report", words)
		}
	}
}
