// Package content is what the bot says and knows: it embeds, loads and checks the
// words of the bot, the approved answers, the plan, its commitments and the villages.
//
// It imports bot, durable and a YAML parser. A content folder is data from outside: every file
// has a size limit, an unknown key is a mistake with its line, and Load reports all
// mistakes at once, each with what to do. A Library is immutable.
//
// Why two places for words: the sentences of the dialogue (words/) are the same for
// every municipality and say "{place}" where the name belongs; what one municipality
// knows lives in a folder of its own (ozurgeti/) and may reword any sentence in its
// own words/ folder, where it may also add ready answers for staff (ready.yaml). So a
// new town starts with place.yaml and one answer.
package content
