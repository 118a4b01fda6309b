package main

import (
	"fmt"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis/analyzer/custom"
	"github.com/blevesearch/bleve/v2/analysis/token/edgengram"
	"github.com/blevesearch/bleve/v2/analysis/token/lowercase"
	"github.com/blevesearch/bleve/v2/analysis/token/ngram"
	"github.com/blevesearch/bleve/v2/analysis/tokenizer/unicode"
	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/mapping"
	index "github.com/blevesearch/bleve_index_api"

	"ogpbot/internal/answer"
)

// ours is package answer.
type ours struct{ m *answer.Model }

func (*ours) name() string { return "ogpbot/internal/answer" }

func (o *ours) build(d data) (err error) {
	o.m, err = answer.Train(d.corpus)
	return err
}

func (o *ours) rank(text string) ([]string, error) { return o.m.Find(text, "").Suggestions, nil }

// analyser names how bleve takes text apart.
type analyser string

const (
	standard analyser = "standard"
	ngrams   analyser = "ngrams 3-4"
	edges    analyser = "edge ngrams 3-6"
)

// fullText is a bleve index in memory with a document for each line; an entry ranks by its best one.
type fullText struct {
	analyser analyser
	ix       bleve.Index
	owners   map[string]string
}

func (f *fullText) name() string { return "bleve " + string(f.analyser) + ", BM25" }

func (f *fullText) build(d data) error {
	m, err := f.mapping()
	if err != nil {
		return err
	}
	if f.ix, err = bleve.NewUsing("", m, scorch.Name, scorch.Name, nil); err != nil {
		return err
	}
	f.owners = map[string]string{}
	batch := f.ix.NewBatch()
	for _, e := range d.corpus.Entries {
		for _, l := range d.corpus.Languages {
			for _, text := range said(e, l) {
				id := fmt.Sprint(len(f.owners))
				f.owners[id] = e.ID
				if err := batch.Index(id, map[string]string{"text": text}); err != nil {
					return err
				}
			}
		}
	}
	return f.ix.Batch(batch)
}

func (f *fullText) mapping() (mapping.IndexMapping, error) {
	m := bleve.NewIndexMapping()
	m.ScoringModel = index.BM25Scoring
	filters := []any{lowercase.Name}
	switch f.analyser {
	case ngrams:
		filters = append(filters, "parts")
		if err := m.AddCustomTokenFilter("parts", map[string]any{"type": ngram.Name, "min": 3.0, "max": 4.0}); err != nil {
			return nil, err
		}
	case edges:
		filters = append(filters, "parts")
		if err := m.AddCustomTokenFilter("parts", map[string]any{"type": edgengram.Name, "min": 3.0, "max": 6.0}); err != nil {
			return nil, err
		}
	}
	if f.analyser != standard {
		err := m.AddCustomAnalyzer("ours", map[string]any{"type": custom.Name, "tokenizer": unicode.Name, "token_filters": filters})
		if err != nil {
			return nil, err
		}
		m.DefaultAnalyzer = "ours"
	}
	return m, nil
}

func (f *fullText) rank(text string) ([]string, error) {
	q := bleve.NewMatchQuery(text)
	q.SetField("text")
	found, err := f.ix.Search(bleve.NewSearchRequestOptions(q, 60, 0, false))
	if err != nil {
		return nil, err
	}
	var ids []string
	seen := map[string]bool{}
	for _, hit := range found.Hits {
		if id := f.owners[hit.ID]; !seen[id] && len(ids) < 3 {
			seen[id] = true
			ids = append(ids, id)
		}
	}
	return ids, nil
}
