// Package georgian makes Georgian text comparable: in Mkhedruli, in Mtavruli and in
// every Latin habit, a word has one key, and its inflected forms mostly one stem.
//
// It imports only the standard library.
//
// Guarantee: for every word w, Key(w) == Key(Romanise(w)) == Key of the official Latin
// spelling of w with its apostrophes; Stem(Stem(k)) == Stem(k); no function panics.
//
// # Why
//
// People type Georgian in Latin letters, each with habits of their own (ღ is gh or g, ჭ is
// ch, tch, W or w, ხ is x, kh or h), and no rule leads back: "t" is თ or ტ, "c" is ც or წ.
// So nothing is transliterated back. Native text is romanised by the national system of
// 2002 and then takes the same pass as what was typed in Latin, and both meet in one small
// alphabet: lower-case letters, and S for sh, H for ch, C for ts, X for kh and h. The price
// is that four dictionary words in a hundred share a key with another.
//
// The stemmer removes endings of nouns and adjectives. Verbs carry their marks in front and
// inside as well; parts of words (n-grams) are left to bridge those.
package georgian
