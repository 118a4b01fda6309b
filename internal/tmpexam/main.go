package main
import ("fmt";"os";"time";"ogpbot/content";"ogpbot/internal/answer";"ogpbot/internal/exam")
func main(){ lib,_,err:=content.Load(content.Default()); if err!=nil {fmt.Println(err);return}
 c := answer.Corpus{Languages: lib.Place().Languages, Entries: lib.Entries(), Hears: lib.Hears(), Villages: lib.Villages()}
 for _, n := range lib.NegativeData { c.Negatives = append(c.Negatives, answer.Negative(n)) }
 for _, f := range lib.Lexicon { c.Concepts = append(c.Concepts, answer.Form(f)) }
 t:=time.Now(); m,err:=answer.Train(c); fmt.Println(err,time.Since(t))
 var qs []exam.Question; if len(os.Args)>1 { qs,_=exam.Read(os.Args[1:]...) } else { for _,q:=range lib.QuestionData { qs=append(qs,exam.Question(q)) } }
 exam.Print(os.Stdout, exam.Take(m,qs)) }
