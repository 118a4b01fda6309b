package answer

import (
	"ogpbot/bot"
	"ogpbot/internal/answer/georgian"
)

// Words of chat that carry no topic: greetings, politeness, question words, pronouns, light verbs.
var fillers = [...]struct {
	language bot.Language
	words    string
}{
	{"ka", `გამარჯობა გაგიმარჯოთ სალამი მოგესალმებით დილა მშვიდობისა საღამო გთხოვთ თუ შეიძლება შეგიძლიათ შემიძლია იქნებ მადლობა მაინტერესებს მინდა მინდოდა მჭირდება გვჭირდება მითხარით მითხარი მითხრეთ ამიხსენით აბა საერთოდ ხოლმე
რა რას რის რამე ვინ ვის ვისი ვისთვის სად საიდან სადაა როგორ რანაირად როდის როდემდე როდიდან რატომ რომელი რომელმა რომელ რამდენი რამდენ რამდენია რამდენად
არის არიან ვარ ხართ ვართ იყო იქნება აქვს აქვთ მაქვს გვაქვს გაქვთ და ან მაგრამ რომ არა არ ვერ კი დიახ ხო ეს ის ამ იმ ეგ მაგ მე შენ თქვენ ჩვენ ჩემი ჩემს ჩვენი ჩვენს თქვენი თქვენს თქვენთან ჩვენთან ისინი მათ მას მისი უნდა ხდება ნახვა ვნახო ვნახავ ვნახოთ გავიგო ვიცოდე შესახებ მიერ თან ერთად ახლა დღეს ხვალ სულ ძალიან უკვე კიდევ ასევე ეხლა აქ იქ`},
	{"en", `hello hi hey please thanks thank you can could would i me my we our us is are am was be do does did the a an of for to in on at and or how what when where who which why there this that it its want need know tell about get`},
	{"fr", `bonjour salut merci svp s'il vous plait comment quoi que qui où quand quel quelle quels quelles combien pourquoi est es sont c'est ce le la les l' un une des du de d' à au aux en dans sur pour par et ou je j' me ma mon mes nous notre vous votre il elle on ne pas y a veux voudrais puis peux`},
}

// fillerWords gives the hashes of the stems of the fillers.
func fillerWords() map[uint32]bool {
	set := map[uint32]bool{}
	for _, f := range fillers {
		for w := range georgian.Words(f.words) {
			set[hash32(kindStem, stemOf(georgian.Key(w)))] = true
		}
	}
	return set
}
