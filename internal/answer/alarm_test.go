package answer

import (
	"testing"

	"ogpbot/bot"
)

func TestEmergency(t *testing.T) {
	m := model(t)
	for _, text := range []string{
		"სახლი იწვის!", "გვიშველეთ, სახლს ცეცხლი უკიდია", "ხანძარია მეზობელთან, ჩქარა მოდით", "saxli gviwvis gvishvelet", "xandzaria, mishvelet",
		"წყალი სახლში შემოვიდა, რა ვქნათ, ბავშვები გვყავს", "მდინარე ადიდდა და სახლს მოადგა, გვიშველეთ", "მეწყერი წამოვიდა ჩვენს სახლთან", "mewyeri modis saxltan gvishvelet",
		"ქმარი მცემს", "ქმარი დანით მემუქრება", "მამაჩემს გული წაუვიდა, სასწრაფო გვჭირდება", "მეზობელს ინფარქტი მოუვიდა", "ბავშვი იხრჩობა", "bavshvi mdinareshi chavarda",
		"სახლში გაზის სუნია და გვეშინია", "ხანძარია ჩვენს ეზოში, როდის მოხვალთ?", "მამას სისხლი სდის, უგონოდაა",
		"my house is on fire", "help, the house is burning", "water is entering our house, help us", "my father is having a heart attack", "my husband is beating me",
		"there is a landslide at the house, help", "I can smell gas in the kitchen", "please send an ambulance",
		"ma maison brûle", "au secours, il y a le feu dans la maison", "mon père fait une crise cardiaque", "mon mari me frappe", "un enfant se noie, vite",
	} {
		if f := m.Find(text, ""); f.Outcome != bot.FoundEmergency {
			t.Errorf("%q is %v %q %q, not an emergency", text, f.Outcome, f.Entry, f.Intent)
		}
	}
	for _, text := range []string{
		"ვინ იხდის სეტყვის ზარალს?", "სეტყვამ ვენახი გაანადგურა, ანაზღაურება მეკუთვნის?", "სახანძრო სადგური რომელ საათამდე მუშაობს", "ხანძარსაწინააღმდეგო წესები სად ვნახო",
		"შარშან მეწყერმა სახლი დაგვინგრია და დახმარება არ მიგვიღია", "წყალდიდობის პრევენციის პროექტი რა ეტაპზეა", "გვიშველეთ რამე, გზა არ გვაქვს და ნათურები არ ანთია",
		"სახლი დამეწვა წლის წინ, რა დახმარება მეკუთვნის", "სოციალური დახმარება სასწრაფოდ მჭირდება", "ხელის მოწერა სასწრაფოდ მინდა", "ქუჩაში მილი გასკდა და წყალი მოდის",
		"who pays for hail damage?", "fire station hours", "is there insurance against landslides", "urgent: when is the deadline for projects", "help me register my child",
		"qui paie les dégâts de la grêle ?", "horaires de la caserne", "aidez-moi à inscrire mon enfant", "gulit madloba",
		"სანაგვე ურნა დაიწვა და ახალი როდის იქნება", "gazis gadasaxadi sad gadavixado", "gaz compteur adresse",
	} {
		if f := m.Find(text, ""); f.Outcome == bot.FoundEmergency {
			t.Errorf("%q is taken for an emergency", text)
		}
	}
}

// TestNoFalseEmergency: nothing that is asked of a municipality rings the alarm.
func TestNoFalseEmergency(t *testing.T) {
	m := model(t)
	var texts []string
	for _, set := range []string{"kb/questions", "unseen-1", "unseen-2"} {
		for _, q := range questions(t, "testdata/"+set+".tsv") {
			texts = append(texts, q.text)
		}
	}
	c := kb(t)
	for _, n := range c.Negatives {
		texts = append(texts, n.Text)
	}
	for _, e := range c.Entries {
		for _, l := range c.Languages {
			texts = append(texts, lines(e, l)...)
		}
	}
	for _, text := range texts {
		if f := m.Find(text, ""); f.Outcome == bot.FoundEmergency {
			t.Errorf("%q is taken for an emergency", text)
		}
	}
}
