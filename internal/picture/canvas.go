package picture

import (
	"image"
	"image/color"
	"image/draw"

	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"
)

// ramp is the palette's entries for one ink, from the faintest trace of it on white to all of it.
type ramp []uint8

// The inks. Everybody tells blue from orange; their contrast with white is 6 and 4 to 1, that of ink 16,
// of grey 7 and of lines 3. With more shades the file is larger, and the letters look the same on a phone.
var (
	palette = color.Palette{
		rgb(0xffffff),
		rgb(0xb1b5b8), rgb(0x646a72), rgb(0x16202b),
		rgb(0xc2c5c9), rgb(0x868c93), rgb(0x49525d),
		rgb(0xb3c9e3), rgb(0x6794c8), rgb(0x1b5fae),
		rgb(0xeec4ad), rgb(0xdd8a5b), rgb(0xcb4f0a),
		rgb(0xbfc6ce), rgb(0x7f8d9d),
	}
	white  = ramp{0}
	ink    = ramp{1, 2, 3}
	grey   = ramp{4, 5, 6}
	blue   = ramp{7, 8, 9}
	orange = ramp{10, 11, 12}
	line   = ramp{13, 14}
)

func rgb(hex uint32) color.Color {
	return color.RGBA{uint8(hex >> 16), uint8(hex >> 8), uint8(hex), 0xff}
}

// canvas is a white sheet to draw on.
type canvas struct {
	image *image.Paletted
	rast  vector.Rasterizer
	mask  image.Alpha
}

func newCanvas(width, height int) *canvas {
	return &canvas{image: image.NewPaletted(image.Rect(0, 0, width, height), palette)}
}

// fill inks what path draws inside r, in coordinates from r.Min. It leaves alone what path hardly touches.
func (c *canvas) fill(colour ramp, r image.Rectangle, path func(*vector.Rasterizer)) {
	size := r.Size()
	c.rast.Reset(size.X, size.Y)
	c.rast.DrawOp = draw.Src
	path(&c.rast)
	if n := size.X * size.Y; cap(c.mask.Pix) < n {
		c.mask.Pix = make([]uint8, n)
	}
	c.mask.Stride, c.mask.Rect = size.X, image.Rectangle{Max: size}
	c.mask.Pix = c.mask.Pix[:size.X*size.Y]
	c.rast.Draw(&c.mask, c.mask.Rect, image.Opaque, image.Point{})

	visible := r.Intersect(c.image.Rect)
	for y := visible.Min.Y; y < visible.Max.Y; y++ {
		for x := visible.Min.X; x < visible.Max.X; x++ {
			cover := int(c.mask.Pix[(y-r.Min.Y)*size.X+x-r.Min.X])
			if shade := (cover*len(colour) + 127) / 255; shade > 0 {
				c.image.Pix[y*c.image.Stride+x] = colour[shade-1]
			}
		}
	}
}

// box is a rectangle with sharp corners.
func (c *canvas) box(colour ramp, x, y, width, height int) {
	c.fill(colour, image.Rect(x, y, x+width, y+height), func(p *vector.Rasterizer) {
		w, h := float32(width), float32(height)
		p.MoveTo(0, 0)
		p.LineTo(w, 0)
		p.LineTo(w, h)
		p.LineTo(0, h)
		p.ClosePath()
	})
}

// pill is a rectangle with round ends; a disc if it is as wide as it is high.
func (c *canvas) pill(colour ramp, x, y, width, height int) {
	c.fill(colour, image.Rect(x, y, x+width, y+height), func(p *vector.Rasterizer) {
		pill(p, float32(width), float32(height))
	})
}

func pill(p *vector.Rasterizer, w, h float32) {
	r := h / 2
	k := r * 0.5523 // of a circle's quarter as a Bézier curve
	p.MoveTo(r, 0)
	p.LineTo(w-r, 0)
	p.CubeTo(w-r+k, 0, w, r-k, w, r)
	p.CubeTo(w, r+k, w-r+k, h, w-r, h)
	p.LineTo(r, h)
	p.CubeTo(r-k, h, 0, r+k, 0, r)
	p.CubeTo(0, r-k, r-k, 0, r, 0)
	p.ClosePath()
}

// stripes are slanted lines inside a pill that is otherwise empty.
func (c *canvas) stripes(colour ramp, x, y, width, height int) {
	c.hollow(colour, x, y, width, height)
	const every, thick = 16, 5
	c.fill(colour, image.Rect(x, y, x+width, y+height), func(p *vector.Rasterizer) {
		h := float32(height)
		for left := height / 4; left+thick+height <= width-height/4; left += every {
			l := float32(left)
			p.MoveTo(l, h-edge)
			p.LineTo(l+h-2*edge, edge)
			p.LineTo(l+h-2*edge+thick, edge)
			p.LineTo(l+thick, h-edge)
			p.ClosePath()
		}
	})
}

// edge is how thick a line is.
const edge = 2

// hollow is the outline of a pill.
func (c *canvas) hollow(colour ramp, x, y, width, height int) {
	c.pill(colour, x, y, width, height)
	c.pill(white, x+edge, y+edge, width-2*edge, height-2*edge)
}

// text draws s, whose baseline is y, from x on.
func (c *canvas) text(f *face, colour ramp, x, y int, s string) {
	p := pen{face: f}
	for _, r := range s {
		g, at := p.next(r)
		c.glyph(f, colour, fixed.I(x)+at, fixed.I(y), g)
	}
}

func (c *canvas) glyph(f *face, colour ramp, x, y fixed.Int26_6, g sfnt.GlyphIndex) {
	segments, err := f.font.LoadGlyph(&f.buf, g, f.size, nil)
	if err != nil || len(segments) == 0 {
		return
	}
	x = fixed.I(x.Round())
	b := segments.Bounds().Add(fixed.Point26_6{X: x, Y: y})
	r := image.Rect(b.Min.X.Floor(), b.Min.Y.Floor(), b.Max.X.Ceil(), b.Max.Y.Ceil())
	at := func(p fixed.Point26_6) (float32, float32) {
		return float32(p.X+x-fixed.I(r.Min.X)) / 64, float32(p.Y+y-fixed.I(r.Min.Y)) / 64
	}
	c.fill(colour, r, func(p *vector.Rasterizer) {
		for _, s := range segments {
			ax, ay := at(s.Args[0])
			bx, by := at(s.Args[1])
			switch s.Op {
			case sfnt.SegmentOpMoveTo:
				p.MoveTo(ax, ay)
			case sfnt.SegmentOpLineTo:
				p.LineTo(ax, ay)
			case sfnt.SegmentOpQuadTo:
				p.QuadTo(ax, ay, bx, by)
			case sfnt.SegmentOpCubeTo:
				cx, cy := at(s.Args[2])
				p.CubeTo(ax, ay, bx, by, cx, cy)
			}
		}
	})
}
