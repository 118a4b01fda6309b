package main

import (
	"errors"
	"fmt"
	"io/fs"

	"ogpbot/content"
	"ogpbot/internal/answer"
	"ogpbot/internal/app"
	"ogpbot/internal/config"
	"ogpbot/internal/exam"
)

type contentCommand struct {
	Check  contentCheck  `cmd:"" help:"List every mistake with file, line and what to do."`
	Test   contentTest   `cmd:"" help:"Run the questions kept in the content and print accuracy, wrong answers first."`
	Export contentExport `cmd:"" help:"Write what was published in the console as YAML: into one file, or into a content folder."`
	Import contentImport `cmd:"" help:"Publish the answers of a file or a folder that are not told as they are."`
	New    contentNew    `cmd:"" help:"Lay out a small, valid folder with remarks, for another municipality."`
}

type contentCheck struct {
	Dir string `arg:"" optional:"" help:"Content folder. Default: --content, else the content that ships with the program."`
}

// folder is the one named on the command line, else --content, else the one that ships with the program.
func folder(dir string, cfg config.Config) (fs.FS, error) {
	if dir == "" {
		dir = cfg.Content
	}
	return app.ContentFolder(dir)
}

// Run fails if there is any mistake; warnings alone do not fail.
func (c contentCheck) Run(cfg config.Config, t terminal) error {
	fsys, err := folder(c.Dir, cfg)
	if err != nil {
		return err
	}
	lib, problems, err := content.Load(fsys)
	if err == nil {
		var understood content.Problems
		if understood, err = app.CheckUnderstanding(lib); err != nil {
			return err
		}
		problems = append(append(problems, app.CheckSchedules(lib)...), understood...)
	}
	wrong := 0
	for _, p := range problems {
		fmt.Fprintln(t.out, p)
		if !p.Warning {
			wrong++
		}
	}
	if wrong > 0 {
		fmt.Fprintf(t.out, "%d to mend, %d warnings\n", wrong, len(problems)-wrong)
		return errFailed
	}
	fmt.Fprintf(t.out, "good: %d answers, %d commitments, %d villages; %d warnings\n",
		len(lib.Entries()), len(lib.Commitments()), len(lib.Villages()), len(problems))
	return nil
}

type contentTest struct {
	Dir       string   `arg:"" optional:"" help:"Content folder. Default: --content, else the content that ships with the program."`
	Questions []string `placeholder:"FILE" help:"Ask these files (id<TAB>lang<TAB>text) instead of the folder's questions.tsv."`
}

// Run prints how the questions were answered. It judges nothing: what is good enough is the reader's to say.
func (c contentTest) Run(cfg config.Config, t terminal) error {
	fsys, err := folder(c.Dir, cfg)
	if err != nil {
		return err
	}
	lib, _, err := content.Load(fsys)
	if err != nil {
		return err
	}
	model, err := answer.Train(app.Corpus(lib))
	if err != nil {
		return err
	}
	questions := []exam.Question{}
	for _, q := range lib.QuestionData {
		questions = append(questions, exam.Question(q))
	}
	if len(c.Questions) > 0 {
		if questions, err = exam.Read(c.Questions...); err != nil {
			return err
		}
	}
	for _, q := range questions {
		if _, known := lib.Entry(q.ID); !known && q.ID != exam.None && q.ID != exam.Hard {
			return fmt.Errorf("there is no answer %q: the questions belong to another content", q.ID)
		}
	}
	if len(questions) == 0 {
		return errors.New("there are no questions: write some into questions.tsv, or name a file with --questions")
	}
	return exam.Print(t.out, exam.Take(model, questions))
}

type contentNew struct {
	Dir string `arg:"" help:"The new folder."`
}

// Run never writes into a folder that has anything in it.
func (c contentNew) Run(t terminal) error {
	if err := content.New(c.Dir); err != nil {
		return err
	}
	_, err := fmt.Fprintf(t.out, "Fill the files in %[1]s, then: ogpbot content check %[1]s\n", c.Dir)
	return err
}
