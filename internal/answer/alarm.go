package answer

import "ogpbot/bot"

// alarm tells that life or home is in danger now. It must not ring for questions about hail,
// insurance or the fire station's hours.
type alarm struct {
	acute  *cues // enough alone
	hazard *cues // with a cry for rescue or for speed
	rescue *cues
	hurry  *cues
	calm   *cues // nobody in danger writes this
	asking *cues // people in danger seldom write this
	known  map[uint64]bool
	length int // words of the longest known phrase
}

const (
	alarmAcute = `სახლ* იწვის, იწვის_სახლ*, ბინა* იწვის, ვიწვით, ცეცხლი_უკიდია, ცეცხლი_გაუჩნდა, ცეცხლი_გაჩნდა, ცეცხლი_ეკიდება, ცეცხლი_წაეკიდა, ხანძარია, ხანძარი_გაჩნდა, ხანძარი_გვაქვს,
		სახლ* მოადგა, სახლში_შემოვ* წყალ*, წყალ* სახლში_შემო*, სახლში_წყალი_შემო*, სახლ* დაგვიტბორა, წყალმა_წაგვიღო, ვიტბორებით, ვიძირებით, სახლი_გვენგრევა, სახლი_ინგრევა, სახლი_გვეშლება,
		მეწყერ* წამოვიდა, მეწყერ* მოდის, მეწყერ* ჩამოწვა სახლ*, მეწყერ* გვემუქრება, მეწყერ* მოადგა,
		მცემს, მირტყამს, მკლავს, მომკლავს, მოკვლას_მიპირებს, მოკვლით_მემუქრება, დანით_დაესხა, დანით მემუქრება, იარაღით მემუქრება, სახლში_შემომივარდა,
		გული_წაუვიდა, ინფარქტი_აქვს, ინფარქტი_მოუვიდა, ინსულტი_აქვს, გონება_დაკარგა, უგონოდაა, ვერ_სუნთქავს, ვეღარ_სუნთქავს, სისხლი_სდის, სისხლისგან_იცლება, კვდება კაცი, კვდება ადამიანი, კვდება ბავშვი,
		სასწრაფო_გვჭირდება, სასწრაფო_დახმარება_გვჭირდება, სასწრაფო_მჭირდება, გამოუძახეთ_სასწრაფოს, სასწრაფო_გამოგვიგზავნეთ, მაშველები_გამოგზავნეთ, მაშველები_გვჭირდება,
		წყალში_ჩავარდა ბავშვი, წყალში_ჩავარდა კაცი, მდინარეში_ჩავარდა, ჭაში_ჩავარდა, იხრჩობა, დენმა_დაარტყა, გაზის_სუნია, გაზის_სუნი_დგას, გაზის_სუნი სახლში, თავს_იკლავს, თავის_მოკვლა_მინდა, თავს_მოვიკლავ,
		on_fire house, on_fire home, house is_burning, house_is_on_fire, home_is_on_fire, fire_in_my, fire_in_our, there_is_a_fire, flooding_our_home, flooding_my_home, flooding_our_house, flooding_my_house, water entering house, house_is_flooding, house_is_collapsing, heart_attack having, having_a_stroke, not_breathing, can't_breathe, unconscious, bleeding_badly, beating_me, going_to_kill, trying_to_kill, attacking_me, fell_into_the_river, is_drowning, smell_gas, smell_of_gas, someone_is_dying, he_is_dying, she_is_dying, need_an_ambulance, send_an_ambulance, landslide house help, landslide at_the_house, landslide hit house, kill_myself,
		maison_brûle, maison brûle, feu maison, prend_feu, a_pris_feu, eau entre maison, maison_inondée, crise_cardiaque, ne_respire_plus, inconscient, saigne_beaucoup, me_frappe, me_bat, va_me_tuer, tombé_à_l_eau, se_noie, odeur_de_gaz, en_train_de_mourir, faut_une_ambulance, envoyez_une_ambulance, glissement_de_terrain maison`
	alarmHazard = `ცეცხლ*, ხანძარ*, ხანძრ*, იწვის, მეწყერ*, წყალდიდობ*, დატბორ*, დაგვიტბორ*, ადიდებულ*, ადიდდა, ღვარცოფ*, ჩავარდა, დაიხრჩო, ძალადობ*, სცემს, ცემს, დანით, იარაღ*, სისხლ*, კვდება, გული_სტკივა, გული ცუდად, ცუდად_არის, ცუდადაა, ცუდად_გახდა, ავარია, მანქანამ_დაარტყა, გაზი, გაზის, აფეთქ*, ინგრევა, ჩამოინგრა, მიწისძვრ*,
		fire, burning, flood, flooding, landslide, mudslide, dying, bleeding, accident, violence, gas, collapsed, drowning, heart,
		feu, incendie, brûle, inondation, glissement, mourir, saigne, accident, violence, gaz, effondré, cœur`
	alarmRescue = `გვიშველ*, მიშველ*, უშველ*, გადაგვარჩინ*, მაშველ*, ვიღუპებით, help_us, help_me, au_secours, à_l_aide, aidez_nous`
	alarmHurry  = `სასწრაფო, სასწრაფოდ, დროზე_მოდი*, დაგვეხმარეთ_დროზე, ჩქარა, help, urgent, urgently, emergency, vite, urgence`
	alarmCalm   = `ვინ_იხდის, ანაზღაურ*, კომპენსაცი*, ზარალ*, დაზღვევ*, გრაფიკ*, შარშან, გასულ, წლის_წინ, თვის_წინ, კვირის_წინ, საბუთ*, სტატისტიკ*, პროექტ*, გეგმ*, განცხადებ*, რისკ*, პრევენცი*, თავიდან_ასაცილებლად, სადგურ*, ტენდერ*, ვაკანსი*, ხელფას*, საჭიროების_შემთხვევაში, ბიუჯეტ*, თანხ*, დოკუმენტ*, რა_დახმარება, დახმარების_მიღება, დახმარება_მივიღო, სამომავლოდ, თუ_გაჩნდა, რომ_გაჩნდეს,
		who_pays, compensation, insurance, damages, schedule, last_year, last_month, ago, statistics, plan, prevention, prevent, station, salary, job, budget, project, policy, tender, if_there_is, in_case_of,
		qui_paie, indemnis*, assurance, dernier, dernière, il_y_a_un_an, statistiques, prévention, caserne, salaire, emploi, budget, projet, plan, en_cas_de`
	alarmAsking = `საათებ*, რომელ_საათ*, რამდენი, რამდენია, როდის, როდემდე, hours, how_many, how_much, when, what_time, horaires, combien, quand`
)

// newAlarm adds what the content says that people say.
func newAlarm(v *vocabulary, heard map[bot.Language][]string) alarm {
	a := alarm{
		acute: parseCues(alarmAcute), hazard: parseCues(alarmHazard), rescue: parseCues(alarmRescue), hurry: parseCues(alarmHurry), calm: parseCues(alarmCalm), asking: parseCues(alarmAsking),
		known: map[uint64]bool{},
	}
	for _, phrases := range heard {
		for _, p := range phrases {
			if words := v.appendWords(nil, p); len(words) >= 2 && len(words) <= longestAlarm {
				a.known[textHash(words)] = true
				a.length = max(a.length, len(words))
			}
		}
	}
	return a
}

// longestAlarm is how many words of a known phrase are looked for inside a message.
const longestAlarm = 8

// rings says whether the words tell of danger beyond doubt.
func (a *alarm) rings(words []word) bool {
	certain := a.says(words) || a.acute.in(words)
	if !certain && a.hazard.in(words) {
		certain = a.rescue.in(words) || a.hurry.in(words) && !a.asking.in(words)
	}
	return certain && !a.calm.in(words)
}

// likely says whether the words may tell of danger, so that the classifier may be believed.
func (a *alarm) likely(words []word) bool {
	return (a.rescue.in(words) || a.hazard.in(words)) && !a.calm.in(words) && !a.asking.in(words)
}

// says looks for a known phrase inside the message.
func (a *alarm) says(words []word) bool {
	for from := range words {
		for to := from + 2; to <= len(words) && to-from <= a.length; to++ {
			if a.known[textHash(words[from:to])] {
				return true
			}
		}
	}
	return false
}
