// Package arch holds the shape of the house as tests: which package may import which,
// which package owns a third-party module, that every package says its job once, that
// nothing is named for nothing, and that no word, commitment or village of one
// municipality is in the code. It has no code of its own.
//
// A new package needs one line in layers; the test fails until it is there.
package arch
