package answer

import (
	"cmp"
	"math"
	"slices"
)

// phrases holds the terms of every line of every entry, packed.
type phrases struct {
	classes []uint32  // by class: its first line; one more at the end
	lines   []uint32  // by line: its first item; one more at the end
	scales  []float32 // by line: the weight of 255
	items   []uint32  // slot<<8 | weight
}

// maxSlots is what an item has room for.
const maxSlots = 1 << 24

// packPhrases packs the examples of classes 0 to classes-1.
func packPhrases(examples []example, classes int) phrases {
	byClass := slices.Clone(examples)
	slices.SortStableFunc(byClass, func(a, b example) int { return cmp.Compare(a.class, b.class) })
	p := phrases{classes: make([]uint32, classes+1)}
	for _, ex := range byClass {
		if ex.class < 0 || ex.class >= classes {
			continue
		}
		p.lines = append(p.lines, uint32(len(p.items)))
		p.classes[ex.class+1]++
		top := float32(0)
		for _, t := range ex.terms {
			top = max(top, t.value)
		}
		p.scales = append(p.scales, top/255)
		for _, t := range ex.terms {
			p.items = append(p.items, t.slot<<8|uint32(math.Round(float64(t.value/top*255))))
		}
	}
	p.lines = append(p.lines, uint32(len(p.items)))
	for c := range classes {
		p.classes[c+1] += p.classes[c]
	}
	p.items = slices.Clip(p.items)
	return p
}

// similarity gives the mean of the three greatest cosines between the text whose weights are in
// dense and the lines of class. Unless marks is nil it marks the slots that a line shares with the text.
func (p *phrases) similarity(class int, dense []float32, marks []bool) float32 {
	var best [3]float32
	for line := p.classes[class]; line < p.classes[class+1]; line++ {
		var sum float32
		for _, it := range p.items[p.lines[line]:p.lines[line+1]] {
			if w := dense[it>>8]; w != 0 {
				sum += w * float32(it&255)
				if marks != nil {
					marks[it>>8] = true
				}
			}
		}
		sum *= p.scales[line]
		for k := range best {
			if sum > best[k] {
				copy(best[k+1:], best[k:2])
				best[k] = sum
				break
			}
		}
	}
	return (best[0] + best[1] + best[2]) / 3
}

// nearest gives the greatest cosine between the text whose weights are in dense and the lines of class.
func (p *phrases) nearest(class int, dense []float32) float32 {
	var best float32
	for line := p.classes[class]; line < p.classes[class+1]; line++ {
		var sum float32
		for _, it := range p.items[p.lines[line]:p.lines[line+1]] {
			sum += dense[it>>8] * float32(it&255)
		}
		best = max(best, sum*p.scales[line])
	}
	return best
}
