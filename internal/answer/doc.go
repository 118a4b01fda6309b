// Package answer understands what a citizen wrote: which approved answer it asks for, which
// thing to do, or that it is not known. It implements bot.Finder.
//
// It imports only the standard library, bot, and package georgian. No network, no files, no clock.
//
// Guarantees: Train is deterministic. A Model is immutable and safe for concurrent use. The text
// of an entry's own question or phrasing finds that entry, unless another has it too. No message, however long or damaged,
// makes Find panic.
//
// # Why
//
// A linear classifier, not a search index: on questions by people who had not seen the content,
// the best search over one phrasing an entry put the right answer first for 31 % of them; with
// twenty phrasings an entry the classifier reaches more than 90 %. Phrasings are the model.
//
// Features are folded stems and parts of three and four letters, which bear with typos, verbs and
// every Latin spelling, and concepts, which join words that mean the same, also across languages.
// There is one space for all languages: citizens mix them, and the folding maps them consistently.
//
// A score is not a reason to answer. What decides is a confidence, fitted on the corpus itself:
// lines that were held out of training, whole entries that were held out, and things that must not
// be answered. So each change of the content sets its own thresholds.
package answer
