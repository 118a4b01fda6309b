package answer

import "strings"

// alarmGroups are lists of words that many cues share. A cue names one in angle brackets.
var alarmGroups = strings.NewReplacer(
	"<home>", `სახლი|სახლს|სახლში|სახლშია|სახლთან|სახლზე|სახლის|სახლიდან|სახლისკენ|სახლები|სახლებს|სახლებთან|სახლებში|სახლებზე|სახლებისკენ|სახლამდე|ბინა|ბინას|ბინაში|ბინის|ბინიდან|კორპუს*|სადარბაზო*|ოთახ*|სახურავ*|სხვენ*|სართულ*|აივან*|აივნ*|სამზარეულო*|სარდაფ*|ფაცხა*|ფაცხის|ბოსელ*|ბოსლ*|სკოლა*|სკოლის|საავადმყოფო*|მაღაზია*|ქარხანა*|სასტუმრო*|საწყობ*|გარაჟ*|ფარდულ*|სახელოსნო*|ავტოსერვის*|ოფის*|ეკლესია*|რესტორან*|კაფე|კაფეში|საქათმე*|ბენზინგასამართ*`,
	"<fuel>", `ტყე|ტყეს|ტყეში|ტყის|ტყეები|მანქანა|მანქანას|მანქანის|ავტობუს*|თივა|თივას|თივის|ბალახი|ბალახს|ღობე|ღობეს|მეზობელი|მეზობელს|მეზობლის|მეზობლები|მეზობელთან|მეზობლად|ყველაფერი|ხალხი|ეზო|ეზოში`,
	"<who>", `ბავშვი|ბავშვს|ბავშვმა|ბავშვები|ბავშვებს|ბიჭი|ბიჭს|ბიჭმა|ბიჭები|გოგო|გოგოს|გოგომ|გოგონა*|კაცი|კაცს|კაცმა|ქალი|ქალს|ქალმა|ხალხი|ხალხს|ადამიანი|ადამიანს|ადამიანები|ვიღაც*|ვინმე|მოხუცი|მოხუცს|მოხუცმა|მუშა|მუშას|მეზობელი|მეზობელს|მეზობელმა|მეუღლე|მეუღლეს|<kin>`,
	"<kin>", `დედა|დედას|დედამ|დედაჩემ*|მამა|მამას|მამამ|მამაჩემ*|ბებია|ბებიას|ბებიამ|ბებიაჩემ*|ბებო|ბებოს|ბაბუა|ბაბუას|ბაბუამ|ბაბუაჩემ*|შვილი|შვილს|შვილმა|შვილიშვილ*|ცოლი|ცოლს|ცოლმა|ქმარი|ქმარს|ქმარმა|ძმა|ძმას|ძმამ|დას|დამ|დაიკო*`,
	"<car>", `მანქანა|მანქანას|მანქანაში|მანქანები|მანქანამ|ავტომობილ*|ავტობუს*|მიკროავტობუს*|მარშრუტკა*|მოტოციკლ*|სკუტერ*|ტრაქტორ*|სატვირთო*`,
	"<not>", `არ|აღარ|ვერ|ვეღარ|ვერც|არც`,
	"<deep>", `წყალში|მდინარეში|ჭაში|ორმოში|ხევში|ზღვაში|ტბაში|ღელეში|აუზში|არხში|უფსკრულში|ხრამში|კანალიზაციაში`,
	"<water>", `წყალი|წყალმა|წყლით|მდინარე|მდინარემ|ღელე|ღელემ|ნიაღვარ*|ღვარცოფ*|ტალღა*`,
	"<enters>", `შემოდის|შემოვიდა|შემევიდა|შემოსულია|შემოსულა|შემოვარდა|შემოიჭრა|შემოგვივიდა|შემომივიდა|შემოგვივარდა|შემოგვდის|შემოდიან|შევიდა|შედის|მოადგა|მოგვადგა|მიადგა|მოვარდა|მოიწევს|უახლოვდება|ავსებს|გვავსებს`,
	"<weapon>", `დანა|დანით|დანას|იარაღი|იარაღით|თოფი|თოფით|პისტოლეტ*|ავტომატ*|ცულით|ნაჯახ*|ჯოხით|ბენზინით`,
	"<die>", `მოკვლ*|მოგკლავ*|მომკლავ*|მოგვკლავ*|მოკლავ*|დაგწვავ*|დამწვავ*`,
	"<service>", `სასწრაფო|სასწრაფოს|სახანძრო|სახანძროს|მეხანძრეები|მეხანძრეებს|პოლიცია|პოლიციას|პატრული|პატრულს|მაშველები|მაშველებს|მაშველი`,
	"<call>", `გამოუძახეთ|გამოიძახეთ|გამომიძახეთ|გამოგვიძახეთ|გამოიძახე|დაუძახეთ|დაურეკეთ|დაურეკე|გამოაგზავნეთ|გამოგზავნეთ|გაგზავნეთ|გამოუგზავნეთ|გაუგზავნეთ|გამოგვიგზავნეთ|გამომიგზავნეთ|მოგვიყვანეთ|მოვიდეს|მოდით|ჩქარა|დროზე|სწრაფად`,
	"<home-en>", `house|houses|home|homes|roof|flat|apartment|basement|kitchen|room|barn|school|building|hospital|shop|village|stable|stables|shed|garage|hotel|restaurant|office|church|attic|bedroom|balcony|factory|warehouse`,
	"<who-en>", `child|children|kid|kids|baby|boy|girl|son|daughter|man|woman|men|people|someone|somebody|person|father|dad|mother|mom|mum|grandfather|grandmother|grandpa|grandma|husband|wife|brother|sister|neighbour|neighbor|friend|worker|he|she`,
	"<car-en>", `car|cars|bus|minibus|truck|tractor|motorbike|motorcycle|van|bike`,
	"<call-en>", `ambulance/ambulances/fire_brigade/firefighters/fire_department/police/rescuers`,
	"<home-fr>", `maison/chez_nous/maisons/toit/appartement/immeuble/cave/cuisine/salon/chambre/école/grange/étable/hôpital/magasin/garage/église/usine/hôtel/écurie/hangar/bureau/grenier/balcon`,
	"<who-fr>", `enfant|enfants|bébé|fils|fille|garçon|homme|femme|gens|quelqu|personne|personnes|père|mère|grand|mari|frère|sœur|voisin|voisine|ami|ouvrier|il|elle`,
	"<call-fr>", `ambulance|pompiers|police|secours|samu|gendarmes`,
	"<home-ru>", `дом|дома|доме|доме|квартира|квартиру|лес|сарай|крыша|школа|машина|сосед*|подвал*`,
	"<who-ru>", `человек|человека|люди|людей|ребенок|ребёнок|ребенка|дети|мальчик|девочка|сын|дочь|мать|отец|мама|папа|бабушка|дед|дедушка|муж|жена|жену|сосед|соседа|кто`,
)

// alarmNow: danger that is going on. Whatever is said about money or years, it rings.
const alarmNow = `` +
	// fire
	`იწვის|ეწვის|მეწვის|გვეწვის|გვიწვის|მიწვის|გეწვით|იწვიან|ვიწვით|იწვება <home>|<fuel>|სოფელი|სოფელს|უბანი|უბანს|ქუჩა|ქუჩას !ნათურ* !განათებ* !სანთელ* !ლამპ* !შუქ* !ნაგავ* !გული !კუჭი !ყანა !ფას*,
	ცეცხლ*|ცეცხლი|ალი უკიდია|ეკიდება|გვეკიდება|ედება|ბუგრავს|გიზგიზებს|უახლოვდება|ვრცელდება|გვიახლოვდება, ცეცხლი <not>_ვაქრობ*|ქრება|აქრობ*, ცეცხლშია|ცეცხლმოკიდებულ*,
	ცეცხლს_ყრის, ალშია, ალი|ცეცხლი ავარდა|ამოვარდა|ამოდის <home>, ცეცხლი მოდის <home>|<fuel>, ხანძარია/ხანძარი_მოდის/ხანძარი_გვაქვს/ხანძარი_ვრცელდება,
	ხანძარს ვერ_ვაქრობთ|აქრობ*|ვუმკლავდებით, კვამლი|კვამლით|კვამლია სახლიდან|ბინიდან|სახურავიდან|სხვენიდან|სადარბაზოდან|სადარბაზოში|სართულიდან|სკოლიდან|მაღაზიიდან,
	კვამლია <home>, კვამლი ამოდის|გამოდის|ამოვარდა *დან !საკვამ* !ბუხ* !ღუმ* !მილიდან !ქარხნიდან, დაიწვა|იწვის|იწვება ყველაფერი|ხალხი|ბავშვ*|ხალხია|შიგნით*,` +
	// water, want of air
	`იხრჩობა|იხრჩვება|იხრჩობიან|იხრჩობოდა !მტვერ* !მტვრ* !სუნ* !ნაგავ* !ნაგვ* !ვალ*, იძირება|იძირებიან <who>|ნავი,
	იგუდება|იგუდებიან|იხუთება|გაიგუდა|ჩაიგუდა|დაიგუდა|გავიგუდეთ|გაგუდულ*|დაეხუთა|დაგვეხუთა|გაითიშა|გაითიშნენ|გათიშულია|გათიშულები <who> !დენ* !წყალი !ინტერნეტ* !გაზი !სუნ* !მტვერ* !ტელეფონ*,
	მაღრჩობს|მახრჩობს|ახრჩობს !მტვერ* !სუნი !კვამლი,` +
	// falling rock, sliding ground, collapse
	`მეწყერი|ღვარცოფი|ზვავი|ნიაღვარი|ქვათაცვენა მოდის|მოცურავს|მოგორავს|გვემუქრება|იძვრის|დაიძრა,
	მიწა|მიწამ|ფერდობი|მთა|მთამ იძვრის|ჩამოიშალა|ჩამოწვა|მოძრაობს|მოცურავს <home>|<who>|ჩვენ*, ლოდ*|ქვები|ქვა|კლდე|კლდიდან ცვივა|ცვივიან|ცვივდება|მოგორავს <home>|<who>|<car>,
	ინგრევა|გვენგრევა|მენგრევა|ენგრევა|გვეშლება|იშლება სახლი|ბინა|ჭერი|კორპუსი|სადარბაზო !კულტურის|ძველი|მიტოვებული, ნანგრევებ* <who>|ხალხია|ქვეშ|მოყოლილ*|მოყვა|მოჰყვა,
	ქვეშ|ქვეშაა ტრაქტორ*|მანქან*|კედელ*|მეწყერ*|ნანგრევ*|ჭერი|სახურავ* <who>|მოყვა|მოჰყვა|მოექცა|არის, მოყოლილ* ხალხ*|<who>,
	მოყვა|მოჰყვა|მოყვნენ|მოჰყვნენ|მოვყევით მეწყერში|ზვავში|ნანგრევებში|ავარიაში, ქვეშ_მოყვა|მოჰყვა|მოექცა|მოჰყვნენ|მოყვნენ|მოყოლილი*, მიწის_ქვეშ <who> მოყვა|მოჰყვა|მოექცა|არის,` +
	// illness and injury
	`უგონოდ|უგონოდაა|უგონოა, გონებას კარგავს|ვკარგავ, რელსებზე|ლიანდაგზე <who> წევს|გდია|დგას, გონს|გონზე <not>_*, გულის_შეტევა აქვს|მაქვს|დაემართა|დაეწყო|მოუვიდა|მიშველეთ|მიშველე, გულის_შეტევაა,
	ვდგავარ|ვზივარ ხიდზე|სახურავზე|აივანზე|კლდეზე გადმოვხტები|გადმოვხტე|გადავხტე|გადავხტები|გადავვარდე, <not>_სუნთქავს|სუნთქავენ,
	ვერ_ვსუნთქავ/ვეღარ_ვსუნთქავ !მტვერ* !სუნ* !კვამლ* !მტვრ*, სუნთქვა უჭირს|მიჭირს|შეუწყდა|შეეკრა|შემეკრა|გაუჩერდა|მეკვრის|ეკვრის !მტვერ* !მტვრ* !სუნ* !კვამლ* !აპარატ*,
	არ|ვერ|აღარ|ვეღარ_ინძრევა|მოძრაობს|ამოძრავებს|იძვრის <who> !რიგი !საქმე, გაშეშდა|ლურჯდება|გალურჯდა <who>,
	წაიქცა|დაეცა|დავარდა|ჩამოვარდა|გადმოვარდა <who> <not>_ინძრევა|მოძრაობს|დგება|სუნთქავს|ლაპარაკობს|იღებს|პასუხობს|გვპასუხობს|გვცემს|ვძრავთ|ვაყენებ*|ვაღვიძებ*,
	გაჭყლიტა|გასრისა|დააწვა|წამოაწვა|დაატყდა <who>|ტრაქტორმა|მანქანამ, დაიწვა|დაიდუღრა|გადაისხა|გადაესხა ბავშვი|ბავშვმა|ბავშვს|მდუღარე, ვერ|ვეღარ_გრძნობს ფეხ*|ხელ*,
	წაერთვა|დაუდამბლავდა|დამბლა ხელი|ფეხი|მხარე|ცალი|დაეცა, ლაპარაკ* ვერ|ვეღარ_ახერხებს|შეუძლია|აგებს, გაუსივდა|დაუსივდა|შეუშუპდა|ეკუმშება ყელი|ენა|სახე,
	კომაშია/კომაში_ჩავარდა/კომაში_არის, ჩაიკეტა|ჩარჩა ბავშვი|ბავშვები, საფრთხეშია/საფრთხეში_ვართ/საფრთხეში_ვარ/საფრთხეში_არ* <who>|ვართ|ვარ|სიცოცხლე,
	თვალები გადაუტრიალდა|უტრიალდება|გადაუბრუნდა, რაღაც_დაემართა|ემართება <kin>|<who>, ვერ|ვეღარ_ვაღვიძებ*|ვაფხიზლებ*|ვაბრუნებ*|ვასულიერებ*,
	პულსი <not>_აქვს|ჩანს|ესინჯება|ვუსინჯავ*,
	გული|გულზე ტკივა|სტკივა|მტკივა|ტკივის|მიჭერს|უჭერს ხელი|ხელიც|მკლავი|მარცხენა|მხარი|დამიბუჟდა|დაუბუჟდა|სუნთქვა|ოფლი|ოფლს|საშინლად|ძლიერ*|ცუდად|უცებ|მოულოდნელად !სოფლ* !სოფელ*,
	გული ძალიან სტკივა|ტკივა, მკერდ*|გულმკერდ* მტკივა|ტკივა|სტკივა|მიჭერს|უჭერს|ტკივილი|ტკივილები,
	ინსულტი|ინფარქტი|კრუნჩხვა*|კრუნჩხვები აქვს|ემართება|მაქვს|ეწყება|დაეწყო !გადატანილ*, ინსულტია|ინფარქტია,
	სახე|პირი|ენა მოექცა|მოებრიცა|მოეღრიცა|დაუმანჭა|ჩაუვარდა <kin>|<who>, ვეღარ_ლაპარაკობს/ვერ_ლაპარაკობს/ენა_დაება <kin>|<who>, ცივ_ოფლ* <kin>|<who>,
	სისხლი|სისხლით|სისხლს სდის|მოსდის|მდის|მომდის|მოდის|თქრიალებს|ასხამს|იცლება|დაკარგა|კარგავს|სკდება|წასკდა|მოხეთქა|გასკდა,
	სისხლისგან|სისხლდენა*|სისხლიდან იცლება/აქვს/დაეწყო/<not>_ჩერდება, სისხლი|სისხლს|სისხლდენა* <not>_ჩერდება|ვაჩერებ*|უჩერდება|წყდება, სისხლშია <who>|<kin>,
	მშობიარობს/ვმშობიარობ/იმშობიარებს_ახლა, მშობიარობა|ჭინთვები|ტკივილები დაეწყო|დამეწყო|ეწყება|მეწყება|დაიწყო <kin>|ცოლ*|ქალ*|მეუღლე*|რძალ*|ორსულ*|სახლში|ვქნა,
	წყლები|წყალი დაეღვარა|დამეღვარა|მოსკდა <kin>|ცოლ*|ქალ*|რძალ*|ორსულ*, კვდება|ვკვდები კაცი|ქალი|ბავშვი|ადამიანი|ვიღაც*|მეზობელი|ბიჭი|გოგო|<kin>,
	ცუდად_არის/ცუდადაა/ცუდად_გახდა/ცუდად_ხდება/ცუდად_არი <kin>|კაცი|ქალი|ბავშვი|მეზობელი|ადამიანი|ვიღაც*,` +
	// calls for the services
	`<call> სასწრაფო|სასწრაფოს|მაშველები|მაშველებს|პატრული|პატრულს|მეხანძრეები|მეხანძრეებს|სახანძროს|პოლიციას,
	გამოუძახეთ|გამოიძახეთ|გამომიძახეთ|გამოგვიძახეთ|დაუძახეთ|გამოუგზავნეთ|გაუგზავნეთ|გამოგვიგზავნეთ|გამოაგზავნეთ|ჩქარა|დროზე|მოვიდეს <service>,
	სასწრაფო_გვჭირდება|მჭირდება|სჭირდება !მკურნალობა, სასწრაფო_დახმარება_გვჭირდება, მაშველები_გვჭირდება,` +
	// current and gas
	`დენი ურტყამს|გადის მავთულ*|სადენ*|<who>|ბოძ*, ნაპერწკლ* ყრის|ცვივა|ისვრის მავთულ*|სადენ*|კაბელ*|ბოძ*|სვეტ*|ტრანსფორმატორ*|როზეტ*|ჩამრთველ*|დენ*,
	გაზის|აირის|გაზით სუნი|სუნია|სუნს|ჟონვა*|გაჟონვა, გაზის მილი|მილსადენი|ტრუბა გასკდა|გატყდა|შიშინებს|მოგლიჯა, გაზი|გაზმა|აირი ჟონავს|გაჟონა|გაიჟონა|უშვებს|იპარება,` +
	// violence
	`ცოლს|ბავშვს|შვილს|დედას|ქალს|ქმარი_ცემს|ცემენ, სცემს|სცემენ|მცემს|მცემენ|გვცემს|გცემს !პატივ* !თაყვან* !ბოლთა* !ხმას !პასუხ* !ტაშს,
	ურტყამს|ურტყამენ|მირტყამს|მირტყამენ|გვირტყამს !ბურთ* !ბურთს !ზარ* !ტაშ* !დოლ* !ლურსმ*,
	კლავს|კლავენ|მკლავს ქმარი|მამა|მეზობელი|კაცი|ქალს|ცოლს|ბავშვს|ვიღაც*|ძმა|შვილი|ერთმანეთს, მკლავენ,
	მომკლავს|მოგვკლავს|მომკლავენ|მოგვკლავენ|მოკლავს !სიცხე* !სიცივე* !ლოდინ* !მტვერ* !გზა, უნდა|აპირებს_მომკლას|მოგვკლას|მომკლან|მოკლას|მოკლან,
	მოკვლას_მიპირებს|გვიპირებს|უპირებს, <die> მემუქრება|მემუქრებიან|გვემუქრება|ემუქრება, აუპატიურებს|მაუპატიურებს|აწამებს|მაწამებს,
	ძალადობს|ძალადობენ|იძალადა <who>|ბავშვზე|ქალზე|ცოლზე|ჩემზე|შვილზე|შვილებზე, მდევს|მომდევს|დამდევს|მომსდევს ვიღაც*|კაცი|ქმარი|მეშინია|<weapon>,
	<weapon> მემუქრება|გვემუქრება|ემუქრება|მემუქრებიან|დამდევს|მდევს|დარბის|დასდევს|უჭირავს|მესვრის|გვესვრის|დგას|დადის|იქნევს,
	ისვრის|ისვრიან|მესვრის|გვესვრის|მესვრიან|გვესვრიან !ნაგავ* !ნაგვ* !ქვ* !ბოთლ* !ბურთ* !სიტყვ*, სროლაა/სროლის_ხმა*, ჩხუბია დანებ*|დანით|კლავ*|იარაღ*,
	კარს|კარი|კარებს მიმტვრევს|მიმტვრევენ|გვიმტვრევს|გვიმტვრევენ|ამტვრევს|ამტვრევენ|მილეწავს,
	ქურდი|ქურდია|ქურდები|ყაჩაღი|ყაჩაღები სახლში|ბინაში|ეზოში|შემომეპარა|შემოგვეპარა|გვეპარება,` +
	// suicide
	`თავს|თავი_მოვიკლავ|მოვიკვლავ|ვიკლავ|მოიკლავს|იკლავს|ჩამოვიხრჩობ|ჩამოიხრჩობს|იხრჩობს !სირბილ* !მუშაობ* !შრომ* !ამდენი,
	თავს|თავი_მოვიკლავ|მოვიკვლავ|მოვიკლა|მოვიკვლა !სირბილ* !მუშაობ* !შრომ*,
	თავი|თავს მოვიკლა|მოიკლას|ჩამოვიხრჩო|ჩამოიხრჩოს|მოვიწამლო უნდა|მინდა|მსურს|გადავწყვიტე|ვაპირებ|აპირებს|დღეს,
	თავის_მოკვლა*|მოკვლას|ჩამოხრჩობა* მინდა|მსურს|უნდა|ვაპირებ|აპირებს|ვფიქრობ|ფიქრობს|ცდილობს|სცადა|გადავწყვიტე,
	თვითმკვლელობა* მინდა|ვაპირებ|აპირებს|ვფიქრობ|ფიქრობს|ცდილობს|სცადა, აღარ|არ_მინდა|უნდა|მსურს_სიცოცხლე|ცხოვრება,
	სიცოცხლე|ცხოვრება_აღარ|არ_მინდა|მსურს|ღირს|მიღირს|შემიძლია !აქ, აღარ_ღირს_სიცოცხლე|ცხოვრება, აღარ|არ_მინდა|მსურს_ვიცოცხლო/რისთვის_ვიცოცხლო/სიცოცხლე_აღარ_მიღირს/სიცოცხლის_სურვილი_აღარ_მაქვს/დავიღალე_სიცოცხლით !აქ,
	ბოლო|წერტილი მოვუღო|მოვუღებ|დავუსვა ყველაფერს|სიცოცხლეს|თავს, სიცოცხლე_მომბეზრდა|მძულს, სიკვდილი_მინდა|მსურს|მირჩევნია, მინდა_მოვკვდე,
	ხიდზე|ხიდიდან|სახურავზე|სახურავიდან|აივანზე|აივნიდან|სართულიდან გადმოვხტე|გადმოვხტები|გადმოხტეს|გადმოხტება|გადმოხტომა*, უნდა|ვაპირებ_გადმოვხტე|გადმოხტომას !ავტობუს* !მანქან* !ღობ*,
	მეწყერმა|მეწყერი|ღვარცოფმა|ნიაღვარი|ნიაღვარმა|წყალდიდობ*|ზვავი|ზვავმა ჩაგვკეტა|ჩამკეტა|გამოგვკეტა|ჩავიკეტეთ|ჩავრჩით|მოგვწყვიტა, მეწყერმა|მეწყერი|ღვარცოფმა|ნიაღვარმა|წყალდიდობ*|ზვავმა სახლიდან|შინიდან|ვერ_გავდივართ|გავდივარ|გამოვდივართ|გამოვალთ|გავალთ ჩაკეტა|ჩაგვკეტა|ჩახერგა|გადაკეტა|ვერ|ვეღარ,
	გადავხტე|გადავხტები|გადახტება|გადახტომა*|გადახტეს ხიდ*|სახურავ*|სართულ*|აივნ*|აპირებს|უნდა|ვაპირებ, ვენებ* გადავიჭრი|გადაიჭრა|გადაიჭრის|ვიჭრი|იჭრის,` +
	// bombs, bodies, robbers, beasts
	`ბომბია|ნაღმია, ბომბი|ყუმბარა|ჭურვი|ნაღმი|გრანატა|ბომბა დევს|გდია|აგდია|დადეს|დაადეს|ვიპოვე|ვიპოვეთ|იპოვეს|ვნახე|ვნახეთ|ამოვთხარე*|არის,
	გვამი|მკვდარი|მიცვალებული ვიპოვე|ვიპოვეთ|გდია|ვნახე|ვნახეთ !ძაღლ* !კატა* !ძროხა*, მოტაცებას|გატაცებას აპირებენ|აპირებს|გვიპირებენ, ბენზინს|ნავთს ასხამს|ასხამენ|გადაასხა, მძარცვავენ|გვძარცვავენ|მძევლად|მძევალ*,
	დათვი|მგელი|დათვმა|მგელმა|ხარმა დაესხა|დაგლიჯა|დამდევს|ესხმის, მეხება|მეხებოდა|მეფერება ბიძა|მამინაცვალი|მასწავლებელი|მეზობელი|მეშინია|სხეულზე, ვიღუპებით|ვიტბორებით,
	მეწყერია|ღვარცოფია|ნიაღვარია, დანა|დანას მირტყამს|მარტყამს|მიცემს|მცემს, ლიფტში გავიჭედ*|გაიჭედ*|ჩავრჩი*|ვართ, გადავხტ* სახურავ*,` +
	// English: fire, water, ground
	`on_fire/in_flames/is_burning/are_burning/burning_down/burning <home-en>|<car-en>|forest|street|neighbourhood|neighborhood|hay|field|neighbour*|neighbor*|people|everything|my !wood|stove|question|lamp|light|bulb,
	house|home|flat|barn|roof|forest_burns, is_flooding/is_flooded/is_underwater/is_under_water village !every|when|whenever|why, flames coming|out|from|everywhere|spreading !debate,
	smoke coming|pouring|rising|comes <home-en>|window|windows|neighbour*|neighbor*,
	there_is_a_fire/have_a_fire/theres_a_fire/theres_fire/fire_in_my/fire_in_our/fire_is_spreading/fire_spreading,
	water|river entering|coming|pouring|rising|inside|comes|rushing <home-en> !no_water !pressure !climate, flooding|flooded|underwater my|our house|home|basement|kitchen|flat,
	is_flooding house|home|basement, drowning|drowned <who-en>|river|sea|water|lake !paperwork|bureaucracy|dust|garbage|debt|debts, coming_down_on <home-en>|us,
	up_to_the_roof/up_to_our/up_to_my water, under_the_rubble/in_the_rubble,
	landslide|mudslide|avalanche|rocks|boulders|boulder|hill|hillside|mountain|slope|cliff coming|moving|falling|sliding|threatens <home-en>|<who-en>|<car-en>|us|towards,
	house|home|roof|ceiling|building is_collapsing/collapsing/falling_down,` +
	// English: people
	`trapped|buried|pinned|crushed under|inside|rubble|landslide|car|lift|elevator|people|water|beneath|roof|house|mud,
	stuck under|lift|elevator|rubble|water|fire|burning !form, isnt|not|stopped|stops|cant|cannot|hardly|barely_breathe|breathing,
	unconscious/passed_out/lost_consciousness/no_pulse, isnt|not|doesnt_moving|move|responding|respond|waking <who-en> !traffic|queue,
	chest|heart hurts|pain|pains|tight|hurting arm|breath|breathe|numb|badly|sweating|left|help, chest_pain/pains_in_my/pain_in_my chest, chest_hurts/chest_pain/chest_pains,
	heart_attack/stroke/seizure/seizures/convulsions having|has|is !last !year, face_drooping/face_is_drooping/arm_is_numb, bleeding !heart, choking <who-en>|on|help,
	in_labour/in_labor/giving_birth/water_broke/waters_broke/waters_have_broken, dying <who-en>|is|help !to_know !village !town,
	ambulance|ambulances call/send/need_an/get_an !job|driver|service|station, call|send|get the|a firefighters/fire_brigade/fire_department, police|ambulance_now,
	in_danger we|i|life|lives|child|children|shes|hes|she|he, dead_body, breaking_the_door/breaking_down_the_door/breaking_down_my_door,
	call|send|need|get_the police/fire_brigade/rescuers, sparks smoke, sparks|sparking wire|cable|line|pole|socket|transformer, smell|smells|smelling gas !station,
	gas_leak/gas_is_leaking/leaking_gas/gas_leaking,
	hits|hitting|beating|beats|hurting|attacking|strangling|choking|stabbing|raping|hurts|attacks_me|us|him|her|his|my|their|a|the|people|children|woman <who-en> !knee !back !egg* !eggs,
	threatening|threatens|threatened kill|knife|gun|shoot, kill|murder_me|us|him|her|them will|going|wants|trying|want|gonna|ill|said,
	has_a_gun/got_a_gun/has_a_knife/has_got_a_gun/with_a_knife/with_a_gun/has_an_axe !licence|license|permit,
	shooting people|street|at|neighbour*|outside !film|movie|video|range, breaking_into/broke_into/breaking_in/intruder/burglar/burglars house|home|flat|my|our,
	someone_is_following_me/following_me,
	want_to_die/cut_her_wrists/cut_his_wrists/cut_my_wrists/want_to_be_dead/cant_live_anymore/took_all_my/wanna_die/kill_myself/killing_myself/end_my_life/take_my_life/ending_my_life/kill_himself/kill_herself/dont_want_to_live/do_not_want_to_live/suicidal/commit_suicide/no_reason_to_live/jump_off,
	no_longer_want|wish_to_live/want_to_live_no_more/tired_of_living/no_point_in_living/do_not_wish_to_live/not_worth_living/better_off_dead !here/there/in|near_this|the|a|my|our|that_village|town|city|country|place|house|district|area|region|flat|street,
	bomb|grenade|explosives is_a/there/in_the/found/planted !shelter|shelters|list|film,` +
	// French: fire, water, ground
	`brûle/brûlent/flambe/en_feu/en_flammes/prend_feu/a_pris_feu <home-fr>|village|quartier|rue|forêt|voiture|voisin|bois|foin|tout|bus|camion, au_feu/y_a_le_feu/le_feu_à/le_feu_dans/le_feu_chez,
	le_feu maison|maisons|approche|forêt|voisin|avance, fumée sort|sortir|plein <home-fr>|fenêtre|voisin*,
	eau|rivière|crue monte|entre|envahit|rentre|déborde <home-fr>|partout !ne_monte/n_entre/ne_rentre, se_noie/se_noient/en_train_de_se_noyer,
	inonde|inondé|inondée|inondation maison|cave notre|ma, est_inondé/est_sous_l_eau village|quartier !chaque|quand|pourquoi, s_effondre/s_écroule <home-fr>|sur,` +
	// French: people
	`coincé|coincée|coincés|coincées|enseveli|ensevelie|ensevelis sous|dans|dessous|ascenseur|eau, respire ne|n|plus|mal,
	perdu_connaissance/sans_connaissance/inconscient/inconsciente/évanoui/évanouie/s_étouffe, mal|douleur|douleurs poitrine|cœur bras|poitrine|respirer|fort !gros,
	fait_un_avc/fait_une_crise/crise_cardiaque/infarctus/convulsions fait|a|il|elle|ma|mon|père|mère, saigne|saignement, bouge ne_bouge_plus/ne_bouge_pas/plus <who-fr>,
	accouche|accoucher train|va|femme|maison|maintenant !où, perd_les_eaux/perdu_les_eaux, en_train_de_mourir/va_mourir <who-fr>,
	<call-fr> appelez/envoyez/appelle/appelons/vite/faut_une, fil|câble|ligne étincelles, odeur_de_gaz/sent_le_gaz/fuite_de_gaz,
	me|nous|la|le_frappe|bat|tape|tabasse|cogne|étrangle|poignarde !cœur|mesure,
	frappe|bat|tape|tabasse|cogne|battre|frapper femme|enfant|enfants|fils|fille|mère|voisine !porte, menace|menacent tuer|mort|couteau|arme|fusil,
	me|nous|la|le|les_tuer veut|va|vais|menace|essaie, couteau|fusil|pistolet|arme a_un/avec_un/avec_une/a_une/avec_son !permis, on|ils|il_tire|tirent rue|sur|dehors,
	coups_de_feu, cambrioleur|cambrioleurs|voleur maison|chez, quelqu_un_me_suit, homme|hommes|type armé|armés, en_danger vie|nous|sommes|suis|enfant, cadavre,
	terre|colline|maison|montagne bouge|glisse|bougent, veux|voudrais_mourir, envie_de_mourir, me_tuer/se_tuer/me_suicider/se_suicider/me_suicide/se_suicide,
	plus_envie_de_vivre/veux_plus_vivre/souhaite_plus_vivre/fatigué|fatiguée_de_vivre/marre_de_vivre !ici|village|ville|quartier|maison|là, bombe|grenade|obus y_a/trouvé/école/dans !peinture,` +
	// Russian
	`горит|горят|горим|гори|пылает <home-ru>|все|всё !не_горит !фонарь !лампочка !свет, пожар !прошл* !после, тонет|тонем|тону|тонут,
	затапливает|заливает|топит нас|дом|квартиру, вода в_доме/в_дом/в_квартире !нет !нету !когда, не_дышит/не_дышат/задыхается/без_сознания/потерял_сознание/потеряла_сознание,
	сердце|груди|грудь болит|боль|прихватило|плохо рука|сильно|онемела|дышать|плохо|помогите, инфаркт|инсульт|приступ у|случился,
	кровь идет|идёт|течет|течёт|хлещет|остановить|не, кровотечение, рожает/рожаю/начались_роды/роды_начались, умирает|умираем <who-ru>|скорую, скорую !помощь_работа,
	вызовите|пришлите|вызывайте|нужна полицию|пожарных|спасателей|скорая|скорую|милицию, запах_газа/пахнет_газом/утечка_газа,
	избивает|избивают|бьет|бьёт|бьют|насилует|душит|режет меня|ее|её|его|жену|ребенка|ребёнка|детей|муж|сосед|соседа|мать|человека|людей,
	убивают|убивает|убьет|убьёт|убить меня|нас|его|ее|её|человека|людей|помогите|хочет, нож|ножом|пистолет|ружье|ружьё|ружьем у_него/угрожает/с_ножом/бегает/с,
	угрожает убить|убьет|ножом|оружием, стреляют|стреляет, хочу_умереть/не_хочу_жить/покончить_с_собой/покончу_с_собой/убью_себя, в_опасности, труп,
	не_встает/не_встаёт/не_шевелится/не_двигается <who-ru>, бомба|граната|заминировано в|нашли|лежит,`

// alarmLately: it has just happened, or long ago: it rings unless the past, money or papers are spoken of.
const alarmLately = `` +
	// fire
	`ცეცხლი|ცეცხლმა გაუჩნდა|გაგვიჩნდა|გამიჩნდა|გაჩნდა|გაჩენილა|წაეკიდა|მოეკიდა|მოგვეკიდა|მომეკიდა|დაეკიდა|წაგვეკიდა|წამეკიდა|წაუკიდა|წაუკიდეს|წაუკიდებია|მოედო|გადაედო|მოუკიდეს|მოუკიდა,
	ხანძარი|ხანძარს !თუ !რამდენი !როგორ !არ_ყოფილა !თბილის*, ცეცხლი|ცეცხლმა|ცეცხლის|ცეცხლია <home>|<fuel>|მეზობელთან !მიკიდია !თუ !როგორ !ღუმელ* !ბუხ* !შეშა* !არ_წაკიდებია,
	დაიწვა სახლი|ბინა|ბოსელი|შიგნით* !გუშინ,` +
	// water
	`<enters> <water> <home> !მხოლოდ !ონკან* !კრან* !დღეში !საათ* !არ|აღარ|ვერ|ვეღარ|ჯერ_შემოდის|შემოვიდა|შემოსულა !გზიდან, <enters> <water> კარს|კარებს|კარამდე|სახლისკენ,
	წყალი|წყალში მუხლამდე|წელამდე|ფანჯრამდე|ფანჯრებამდე|ჭერამდე|სახურავამდე|ყელამდე, <enters> ადიდდა|ადიდებულ* <home>|ეზოში|ეზოს|ბაღში !შარშან, <enters> <water> ეზოში ადიდდა|მოვარდა|გვადიდდა, მოვარდა წყალი|ნიაღვარი|მდინარე|ღვარცოფი,
	იტბორება|გვეტბორება|მეტბორება|ტბორავს|დაიტბორა|დაგვიტბორა|დამიტბორა|დატბორა|დატბორილია|დაგვტბორა <home>, იტბორება|გვეტბორება|დაიტბორა|დაგვიტბორა|დატბორილია|იძირება სოფელი|სოფელს|უბანი !ყოველ* !ხოლმე !წვიმ* !როცა !რატომ, გადმოვიდა|გადმოსულია მდინარე|ღელე <home>,
	<water>|დინებამ წაიღო|წაგვიღო|დაახრჩო|მიაქვს|მოიტაცა|მოგვიტაცა|წალეკა|გაიტაცა|წაიყოლა <who>|<car>|სახლი, დაიხრჩო|ჩაიხრჩო|იხრჩობოდა <who>|წყალში|მდინარეში|ზღვაში|ტბაში,
	<deep> ჩავარდა|ჩავარდნილია|ჩევარდა|ჩამვარდა|გადავარდა|გადევარდა|გადავარდნილი|ჩავარდნილი|ჩაგვივარდა|ჩავარდნილა|გადავარდნილა !ტელეფონ* !ხიდი !ხიდის !პროექტ* !ბურთ* !გასაღებ* !ურნა,` +
	// falling rock, sliding ground, collapse
	`მეწყერ* ჩამოწვა|დაეცა|დაგვეცა|წამოვიდა|ჩამოვიდა|მოადგა|მოგვადგა|წაიღო|დაანგრია|მოსწყდა|დაიძრა <home>|<who>|<car>|ჩვენ*,
	ზვავმა|ზვავი|მეწყერმა|მეწყერი|ღვარცოფმა მოიყოლა|ჩაიყოლა|წამოვიდა|დამარხა|ქვეშ,
	ქვა|ლოდი|კლდე|ქვები|ლოდები ჩამოვარდა|დაეცა|მოხვდა|ჩამოიშალა|დაგვეცა|ჩამოცვივდა <home>|<who>|<car>|ხალხს,
	ხე|ბოძი|კედელი|ჭერი|სახურავი|სვეტი დაეცა|დაგვეცა|ეცემა|წაიქცა|ჩამოინგრა|ჩამოგვენგრა|ჩამოექცა|ჩამოენგრა|დაგვენგრა <who>|მანქანას|სახლზე|სახლს|ქვეშ*|შიგნით*,
	ჩაინგრა|ჩავარდა|ჩატყდა|ჩამოინგრა ხიდი|ხიდზე ხალხით|ხალხი|მანქანით|მანქანა, bridge collapsed|fell people|car|bus,
	effondré|écroulé|effondrée pont|passerelle gens|voiture|personnes, დაინგრა|ჩამოინგრა სახლი|შენობა|კორპუსი ხალხი|ხალხია|ქვეშ*|შიგნით*,
	მიწისძვრა* ახლა|დაინგრა|დანგრეულ*|გვიშველ*,` +
	// illness and injury
	`გული_წაუვიდა|წამივიდა|შეუღონდა|გაუჩერდა|გაჩერდა|წაუვიდათ, გული <who>|<kin> გაუჩერდა|წაუვიდა, გონება დაკარგა|ეკარგება|დაუკარგავს,
	ინსულტი|ინფარქტი|ეპილეფსია|კრუნჩხვა|შეტევა მოუვიდა|დაემართა|დაარტყა|დამემართა, თავი_გაუტყდა|გაუტეხა|გაიტეხა|გაუტეხეს,
	მოიჭრა|მოეჭრა|გაიჭრა|მოაჭრა|მოგლიჯა|დაიჭრა ფეხი|ხელი|თითი|ფეხს|თითები, მოიწამლა|მოვიწამლე*|მოიწამლნენ|მოწამლულა|მოწამლეს !ძაღლ* !ფუტკ* !ქათ*,
	დალია|დალიეს|დავლიე|გადაყლაპა|ჩაყლაპა|გადასანსლა|მიიღო|ყლაპა წამალი|წამლები|აბები|ტაბლეტ* <who>|ბევრი|შეცდომით|ზედმეტი|მთელი|ყველა,
	წამლები|აბები|ტაბლეტები დალია|დავლიე|დალიეს|დავლევ !ვერ,
	დალია|დალიეს|დავლიე|გადაყლაპა|ჩაყლაპა შხამ*|საწამლავ*|*მჟავა|ქლორ*|სარეცხ*|სამრეცხაო*|ბენზინ*|ნავთ*|ძმარმჟავა*|ელემენტ*|ბატარე*|მონეტა, გადაცდა|გადასცდა <who>,
	ჩამოვარდა|გადმოვარდა|გადავარდა|ჩამოვარდნილა ნაპირიდან|კლდიდან|ხიდიდან|ბოძიდან|ფანჯრიდან|კარებიდან|ხიდან|სახურავიდან|სიმაღლიდან|კიბიდან|ცხენიდან|აივნიდან|სართულიდან <who>,
	გველმა|გველი|გველს უკბინა|მიკბინა|დაკბინა|უკბენია|დამკბინა|უკბენს, ძაღლმა|ძაღლი|ძაღლებმა უკბინა|დაკბინა|დაკბინეს|უკბინეს|მიკბინა|დამკბინა|დაგლიჯა <who>|მე,` +
	// current, traffic
	`დენმა|დენი დაარტყა|ჩაარტყა|დამარტყა|ჩამარტყა|მოკლა|დაიჭირა, მეხმა|ელვამ დაარტყა|მოკლა <who>|<home>,
	მავთულ*|სადენ*|კაბელ*|ხაზი|ელექტროსადენ*|ელექტროხაზი გდია|ძევს|დევს|წევს|ცვივა|ჩამოვიდა|ყრია|ყრიან|აგდია|ჩამოვარდა|ჩამოვარდნილ*|ჩამოწყდა|ჩამოწყვეტილ*|დაეცა|გაწყდა|გაწყვეტილ*|დავარდა|ჩამოცვივდა|ჩამოვარდნილა დენ*|ელექტრო*|ძაბვ*|მოკლა|ბოძი|სვეტი|გზაზე|ქუჩაში|ეზოში|ბავშვ* !ინტერნეტ* !ტელეფონ* !ტელევიზ*,
	ძაბვის|დენის_მავთულ*|სადენ*|კაბელ*|ხაზი|ელექტროსადენ*|ელექტროხაზი გდია|ძევს|დევს|წევს|ყრია|ჩამოვარდა|ჩამოწყდა|დაეცა|გაწყდა|ჩამოვარდნილ*|ჩამოწყვეტილ*,
	ავარია|ავარიაში|შეჯახება მოხდა|მოყვა|მოჰყვა|მოყვნენ|მოვყევით|დაშავ*|დაღუპ*|მანქანა|მანქანები|ხალხი|გადავარდა|გვაქვს|არის !ხშირ* !წყლ* !წყალ* !კანალიზ* !დენ* !ელექტრო* !ხომ !რა_არის,
	<car> გადავარდ*|გადევარდ*|გადატრიალდა|გადაბრუნდა|ამოტრიალდა|ამოყირავდა|გადაყირავდა|ამობრუნდა|დაეჯახა|შეეჯახა|შეასკდა|დაეჯახნენ|შეეჯახნენ|დაეჯახენ !ღობე* !ძაღლ*,
	მანქანამ|ავტობუსმა|მოტოციკლმა|მატარებელმა დაარტყა|გაიტანა|დაარტყეს|დაეჯახა|გადაუარა !ძაღლ* !კატა* !ძროხა* !ოთხფეხა*, დაშავებულები|დაშავებულია|დაჭრილია|დაჭრილები, ვიღაც|კაცი|ქალი|ხალხი|ადამიანი|ბევრი_დაშავდა,` +
	// violence, missing people, explosions
	`სცემა|სცემეს|მცემა|მცემეს|გვცემა|უცემიათ|გალახა|გალახეს|გამლახა !პატივ* !თაყვან*,
	დაარტყა|დამარტყა|მომარტყა|ჩამარტყა|დამარტყეს|ჩაარტყა|მოარტყა დანა|დანით|თავში|ქმარმა|მეზობელმა|მამამ|ჩაქუჩ*|ჯოხი,
	<weapon> მოვიდა|შემოვარდა|დაესხა|დაარტყა|დამარტყეს|დაჭრა|დამჭრა|დაჭრეს|დამჭრეს|დაჭრილ*, დანით|დაჭრეს|დამჭრა|დამჭრეს|დაიჭრა <who>|დამჭრა|დამჭრეს|დაჭრეს !ხე* !ტყე*,
	მესროლა|მესროლეს|ესროლა|ესროლეს|დახვრიტა !ქვა* !ნაგავ* !რატომ, გააუპატიურა|გააუპატიურეს|გამაუპატიურა|გამაუპატიურეს|გაუპატიურა|გამძარცვეს,
	შემოვარდა|შემოიჭრა|შემომივარდა|შემოგვივარდა|შემოძვრა|შემოვარდნენ სახლში|ბინაში|ოთახში|ვიღაც*, ქურდი|ყაჩაღი|ქურდები შემოვიდა|შემოსული|შემოსულა|შემოვიდნენ,
	თავს_დაესხა|დამესხა|დაგვესხა|დაესხნენ|მესხმის|ესხმის|დაესხნენ !ძაღლები, გაიტაცეს|მოიტაცეს|მომიტაცეს|გაიტაცა <who>|<kin>,
	თავი_მოიკლა|ჩამოიხრჩო|ჩამოუხრჩვია|მოუკლავს|მოიწამლა !სირბილ* !ამდენი, თავი_მოვიწამლ*,
	დაიკარგა|დაგვეკარგა|დამეკარგა|დაკარგულია|დაკარგულა|გაუჩინარდა|გვეკარგება ბავშვი|ბავშვები|ბიჭი|ბიჭუნა|გოგო|გოგონა|შვილი|შვილიშვილი|ბებია|ბაბუა|მოხუცი|დედა|დედაჩემი|მამა|მამაჩემი|ქალი|კაცი|ადამიანი|ქმარი|ძმა !მოწმობა !საბუთ* !პასპორტ* !პირადობა !ფული,
	აღარ|არ_დაბრუნდა|დაბრუნებულა ბავშვი|ბიჭი|გოგო|გოგონა|შვილი|ბებია|ბაბუა|დედა|მამა|მოხუცი|ქმარი,
	ვერ_ვპოულობ*/ვერ_ვნახე*/არ_ჩანს ბავშვი|ბავშვს|შვილს|შვილი|ბიჭს|გოგოს|ბებიას|ბაბუას, აფეთქდა|ააფეთქეს|აფეთქებაა !ინტერნეტ*, აფეთქება მოხდა|იყო|გაისმა|მომხდარა,
	სახურავზე_ვართ/სახურავზე_ავედით/გამოკეტილ* წყალ*,` +
	// English: fire, water, ground
	`caught/catches/caught_on fire <home-en>|<car-en>|our|my, a_fire/fire_at/fire_on/fire_in kitchen|house|flat|school|forest|building|roof|yard|car|barn,
	fire|explosion next_door/neighbours/neighbors/house/kitchen/school/forest/village help|now|spreading|smoke|neighbour*,
	exploded/gas_explosion/an_explosion/explosion_in/explosion_at, burst_its_banks/swept_away/carried_away <home-en>|<who-en>|<car-en>|people|trapped,
	flooded house|home|basement my|our,
	fell|fallen|falls|falling into|in|off|down|from|over well|river|water|pit|hole|ravine|sea|lake|manhole|roof|ladder|tree|cliff !phone|keys|bridge|dog|cat|ball,
	landslide|mudslide|rocks|boulder|rock hit|buried|destroyed|crushed|fell|house <home-en>|<who-en>|<car-en>|now,
	collapsed|fell|falls <who-en>|us|car|trapped|house roof|wall|ceiling|building|house|tree,
	collapsed father|mother|dad|mom|mum|grandmother|grandfather|husband|wife|man|woman|he|she|just|breathing, fainted <who-en>,` +
	// English: people
	`swallowed|drank|ate pill|pills|bleach|poison|medicine|tablets|battery|acid|detergent|mushrooms|coin <who-en>, overdose|overdosed,
	poisoned|poisoning <who-en>|us|mushrooms|carbon !dog|dogs|cats, had_a_heart_attack/heart_attack/had_a_stroke/a_stroke, electrocuted/electric_shock,
	snake|viper bit|bitten|bite, been_stabbed/was_stabbed/stabbed/been_shot/was_shot/got_shot/wounded,
	power|electric|electrical|live line|lines|wire|wires|cable fell/fallen/down/lying/snapped/on_the_road/hanging !internet,
	wire|cable|wires fell|fallen|down|lying|snapped road|street|yard|sparks !internet|phone|tv,
	accident|crash|collision|collided hurt|injured|dead|trapped|bleeding|just|stuck|inside|wounded, car_accident/car_crash just|help|people|there|been|need,
	<car-en> overturned/flipped/rolled_over/ravine/collided/plunged/crashed, hit_by_a_car/was_run_over/ran_over/car_hit/truck_hit/bus_hit !dog|cat|cow|fence,
	beat|hit|attacked|punched|strangled_me|my|his|her <who-en> !election !up, was|been|got_raped|beaten|attacked|assaulted|robbed|mugged, raped_me/raped_my/raped_her,
	kidnapped/abducted/taken_away <who-en>|my,
	is_missing/went_missing/has_disappeared/disappeared/is_lost/got_lost/cant_find/gone_missing child|kid|baby|boy|girl|son|daughter|grandfather|grandmother|grandpa|grandma|father|mother|husband|wife !document|documents|id|card|passport,` +
	// French
	`incendie y_a/chez/voisin/maison/forêt/gros/vite/école/déclaré/éclaté/immeuble !assurance, maison|forêt|voiture|grange brûle/a_pris_feu/en_feu,
	explosion|explosé y_a/maison/gaz/école/vient/dans,
	tombé|tombée|tombés eau|rivière|puits|ravin|trou|mer|lac|toit|échelle|fossé/d_un_arbre/de_l_arbre !téléphone|clé|clés|chien|chat,
	emporté|emportée|emportés maison|voiture|enfant|homme|femme|gens rivière|eau|courant|crue|glissement|terrain,
	effondré|effondrée|écroulé|tombé|tombée toit|mur|plafond|maison|immeuble|arbre sur_la_maison/sur_des/sur_un/sur_ma/gens|dessous|enfant|ouvrier|personnes,
	avalé|bu|pris médicaments|pilules|javel|pile|produit|poison|cachets|comprimés <who-fr>, intoxiqué*|empoisonné*|overdose|électrocuté*|électrisé* !chien|chiens,
	mordu|mordue|piqué serpent|vipère, tombée|tombé bouge|respire|répond|relever,
	câble|fil|fils|ligne|poteau tombé|tombée|terre|arraché|pend électrique|rue|route|courant|électriques,
	accident blessé/blessés/blessée/mort/morts/grave/coincé/voiture_dans !dernier|panneau,
	voiture|bus|camion|moto|minibus ravin|retourné|retournée|percuté|renversé|tombée|renversée, m_a_frappé*/m_a_battu*/m_a_poignardé/poignardé*,
	a_frappé/a_battu femme|enfant|fils|fille|mère, été|a|est_violée|violé|agressée|agressé|poignardé|poignardée, violée|violé ai|suis|a,
	entré|entrés|cambriolé chez_moi/chez_nous/ma_maison quelqu|homme|on|voleur, kidnappé|enlevé|enlevée enfant|fils|fille|bébé,
	a_disparu/disparu/disparue/introuvable/introuvables fils|fille|enfant|mère|père|mari|femme|bébé|garçon|fillette|grand !carte|chien|chat|papiers,` +
	// Russian
	`загорелся|загорелась|загорелось <home-ru>, затопило|залило дом|дома|доме|нас|квартир*, утонул|утонула,
	упал|упала|упали|провалился|сорвался в_овраг/колодец/реку/воду/яму/пропасть/овраг/с_крыши/с_дерева, отравился|отравилась|отравились,
	выпил|выпила|проглотил|проглотила таблетки|лекарство|отраву|уксус|хлорку|кислоту, ударило_током/током_ударило/ударил_ток,
	провод|кабель|линия упал|лежит|оборвался|оборвало|висит|искрит !интернет*,
	авария|столкнулись|дтп люди|пострадали|пострадавшие|машина|машины|раненые|дорога !водопровод*|воды, машина упала|перевернулась|сбила|врезалась|перевернулся,
	сбила|сбил|сбило машина|ребенка|человека|женщину, избил|избила|избили|ударил|порезал|зарезал меня|жену|ребенка|ножом|человека|соседа, изнасиловал*|изнасиловали,
	пропал|пропала|потерялся|потерялась|похитили ребенок|ребёнок|сын|дочь|мальчик|девочка|бабушка|дедушка|мать|отец, взрыв|взорвался|взорвалось|взорвали !карьер*,
	оползень|завалило|придавило|рухнул|рухнула|обвалился|обвалилась дом|людей|человека|идет|сошел|крыша|стена|на,`

// What rings only together: a hazard with a cry, with haste, or with people in it.
const (
	alarmHazard = `ცეცხლ*, ხანძარ*, ხანძრ*, ვიწვით, დაიწვა, დაგვეწვა, მეწყერ*, წყალდიდობ*, დატბორ*, დაგვიტბორ*, დაიტბორა, იტბორება, ადიდებულ*, ადიდდა, ღვარცოფ*, ჩავარდა, დაიხრჩო, ვიხრჩობით, ვიძირებით, ძალადობ*, დანით, იარაღ*, სისხლ*, კვდება, ვკვდები, ვკვდებით, გული_სტკივა, გული_მტკივა, გული ცუდად, ცუდად_არის, ცუდადაა, ცუდად_გახდა, ცუდად_ვარ, ავარია, აფეთქ*, ინგრევა, ჩამოინგრა, დაინგრა, მიწისძვრ*, ჩხუბი, ჩხუბია, ჩხუბობენ, კივის, კივიან, წყალში_ვართ, მოიტეხა,
		fire, burning, flood, flooding, landslide, mudslide, dying, bleeding, accident, violence, collapsed, drowning, heart, trapped, explosion,
		le_feu, incendie, brûle, inondation, glissement, mourir, saigne, accident, violence, effondré, cœur, горит, пожар, умирает, вода затоп*, дтп, тонем`
	alarmRescue = `გვიშველ*, მიშველ*, უშველ*, გადაგვარჩინ*, მაშველ*, ვიღუპებით, help_us, help_me, au_secours, à_l_aide, aidez_nous, помогите, спасите, на_помощь`
	alarmHurry  = `სასწრაფო, სასწრაფოდ, დროზე_მოდი*, დაგვეხმარეთ_დროზე, ჩქარა, help, urgent, urgently, emergency, vite, urgence, срочно, быстрее`
	alarmInside = `შიგნით, შიგნითაა, შიგნით_არ*, შიგ_არ*, ქვეშაა, ქვეშ_არ*, მოყვა, მოჰყვა, მოყოლილ*, გამოკეტილ*, ჩაკეტილ*, გაიჭედ*, გაჭედილ*, დაშავდა <who>, დაშავდნენ, დაშავებულ*, people_inside, trapped, injured, à_l_intérieur, blessés, пострадал*`
)

// A message that says nothing but a bare word and asides to it.
const (
	alarmBare = `ხანძარი|ხანძარია, ცეცხლი, მეწყერი, წყალდიდობა, მიწისძვრა, ღვარცოფი, ავარია, აფეთქება, იწვის, ვიწვით, ვიხრჩობით, მცემს, მკლავს, ვკვდები, სისხლი, გვიშველეთ,
		fire, flood, landslide, earthquake, avalanche, accident, explosion, sos, 112, ambulance,
		incendie, inondation, séisme, secours, пожар, горим, тонем, наводнение, землетрясение, помогите, спасите`
	alarmAside = `სასწრაფო*, პოლიცია, სახანძრო, მაშველ*, მიშველ*, უშველ*, ჩქარა, დროზე, მალე, ვაიმე, ვაი, შვილო, ხალხო, კაცო, აქ, ჩვენთან, მეზობელთან, სოფელში, მოდით, გზაზე, ტრასაზე, სოფელთან, help, us, please, here, quick*, urgent, au, vite, ici, скорая, срочно, быстрее, здесь`
)

// alarmTheory: nobody in danger writes this.
const alarmTheory = `სტატისტიკ*, პრევენცი*, თავიდან_ასაცილებლად, საჭიროების_შემთხვევაში, ვაკანსი*, ხელფას*, ტენდერ*, ტრენინგ*, სწავლებ*, რეფერატ*, ფილმ*, სპექტაკლ*, სიზმ*, მესიზმრა, გაჩნდა|მოხდა|დაიწყო|წაიქცა|წამოვიდა თუ_გაჩნდა/თუ_მოხდა/თუ_დაიწყო/თუ_წაიქცა/თუ_წამოვიდა, რომ_გაჩნდეს, მძღოლად|მძღოლის|ექიმის მუშაობა|სამუშაო|ვაკანსია, ცეცხლი_მიკიდია,
	statistics, prevention, prevent, salary, vacancy, policy, in_case_of, if_there_is, what_if, film|movie, a_job, ambulance driver, fire_hydrant, hydrant, fire_safety, extinguisher, paperwork,
	statistiques, prévention, salaire, en_cas_de, emploi, un_poste, chauffeur ambulance, film, feu|feux_rouge|rouges|vert|verts, feu|feux_d_artifice, mort_de_rire,
	статистик*, если, профилактик*, зарплат*, работа_водителем, ваканси*`

// alarmPast: what has just happened is not spoken of so.
const alarmPast = `ვინ_იხდის, ანაზღაურ*, კომპენსაცი*, ზარალ*, დაზღვევ*, გრაფიკ*, შარშან*, გასულ, წინა_წელ*, წლის_წინ, წლების_წინ, თვის_წინ, კვირის_წინ, დღის_წინ, 20*_წელს, 19*_წელს, ყოველ, ყოველთვის, ხოლმე, ხშირად, საბუთ*, პროექტ*, გეგმ*, განცხადებ*, რისკ*, სადგურ*, ბიუჯეტ*, თანხ*, დოკუმენტ*, რა_დახმარება, დახმარების_მიღება, დახმარება_მივიღო, დახმარება_მინდა, დახმარება_არ*, სამომავლოდ, რეაბილიტაცი*, დაფინანს*, თავშესაფ*, ეკომიგრანტ*, სტატუს*, აღდგენ*, პენსი*, წარსულ*,
	who_pays, compensation, insurance, damages, schedule, last_year*, last_month, last_week, last_winter, ago, years, plan, station, budget, project, tender, every_spring, every_year, in_20*, since_20*, rehabilitation, funded, history,
	qui_paie, indemnis*, assurance, dernier, dernière, il_y_a_un_an, ans, caserne, budget, projet, plan, chaque, de_20*, en_20*, dégâts,
	прошл*, компенсац*, страхов*, назад, году, лет, проект*`

// alarmAsking: people in danger seldom ask this.
const alarmAsking = `საათებ*, რომელ_საათ*, რამდენი, რამდენია, როდის, როდემდე, hours, how_many, how_much, when, what_time, horaires, combien, quand, когда, сколько`
