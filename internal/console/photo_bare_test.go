package console

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"slices"
	"strings"
	"testing"
)

// segment is one part of a JPEG.
func segment(marker byte, words string) []byte {
	return append(binary.BigEndian.AppendUint16([]byte{0xFF, marker}, uint16(2+len(words))), words...)
}

// exif is what a camera writes: which side is up, and where it was.
func exif(order binary.AppendByteOrder, up uint16) string {
	head := "MM"
	if order.String() == "LittleEndian" {
		head = "II"
	}
	b := order.AppendUint32(order.AppendUint16([]byte(head), 42), 8)
	b = order.AppendUint16(b, 2)
	for _, field := range [][2]uint16{{0x010F, 7}, {0x0112, up}} { // the maker, which side is up
		b = order.AppendUint32(order.AppendUint16(order.AppendUint16(b, field[0]), 3), 1)
		b = order.AppendUint16(order.AppendUint16(b, field[1]), 0)
	}
	return "Exif\x00\x00" + string(b) + "\x00\x00\x00\x00GPS 41.92,42.00 taken by nino"
}

func chunk(name, words string) []byte {
	b := append(binary.BigEndian.AppendUint32(nil, uint32(len(words))), name+words...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
}

func colours() image.Image {
	m := image.NewRGBA(image.Rect(0, 0, 48, 32))
	for i := range m.Pix {
		m.Pix[i] = byte(i*7) | 3
	}
	return m
}

// What a photo says beside what it shows does not go out to citizens; what it shows is the same, with the same side up.
func TestAPhotoGoesOutBare(t *testing.T) {
	var pictured, drawn bytes.Buffer
	if err := jpeg.Encode(&pictured, colours(), nil); err != nil {
		t.Fatal(err)
	}
	if err := png.Encode(&drawn, colours()); err != nil {
		t.Fatal(err)
	}
	plain, profile := pictured.Bytes(), segment(0xE2, "ICC_PROFILE\x00\x01\x01colours")
	shot := func(order binary.AppendByteOrder, up uint16) []byte {
		return slices.Concat(plain[:2], segment(0xE0, "JFIF\x00 GPS thumbnail"), segment(0xE1, exif(order, up)), segment(0xE1, "http://ns.adobe.com/xap/1.0/\x00 GPS"), profile,
			segment(0xE2, "MPF\x00 GPS"), segment(0xED, "Photoshop GPS"), segment(0xFE, "GPS"), plain[2:], []byte("<script>GPS</script>"))
	}
	lines := drawn.Bytes()
	told := slices.Concat(lines[:33], chunk("tEXt", "Author\x00GPS"), chunk("eXIf", "GPS"), chunk("sRGB", "\x00"), lines[33:], []byte("PK GPS"))
	o := newOffice(t)
	b := o.enter("village")
	const path = "/console/announcements/new"
	for name, x := range map[string]struct {
		sent, same []byte
		up         byte // 0: nothing says so
		keeps      string
	}{
		"a telephone's": {shot(binary.BigEndian, 6), plain, 6, string(profile)}, "another telephone's": {shot(binary.LittleEndian, 8), plain, 8, string(profile)},
		"one that is upright": {shot(binary.BigEndian, 1), plain, 0, string(profile)}, "a bare one": {plain, plain, 0, ""}, "a drawing": {told, lines, 0, "sRGB"},
	} {
		form := append(carried(b.get(path).body), "words-ka", "ახალი პარკი გაიხსნა", "do", "preview")
		o.expect(b.upload(path, x.sent, form...), 200, "")
		out := b.get("/console/announcements/" + form[slices.Index(form, "id")+1] + "/photo").body
		if strings.Contains(out, "GPS") || !strings.Contains(out, x.keeps) {
			t.Errorf("%s: it says who took it and where, or lost its colours: %q", name, out)
		}
		if up := strings.Index(out, "\x01\x12\x00\x03\x00\x00\x00\x01\x00"); (up >= 0) != (x.up > 0) || up >= 0 && out[up+9] != x.up {
			t.Errorf("%s: another side is up", name)
		}
		if !alike(t, []byte(out), x.same) {
			t.Errorf("%s: it shows something else", name)
		}
	}
	for name, file := range map[string][]byte{"cut off": plain[:len(plain)-2], "a part too long": slices.Concat(plain[:2], []byte{0xFF, 0xE1, 0xFF, 0xFF}, plain[2:]),
		"no end": lines[:len(lines)-12]} {
		form := append(carried(b.get(path).body), "words-ka", "ახალი პარკი გაიხსნა", "do", "preview")
		o.expect(b.upload(path, file, form...), 422, "")
		if bare(file) != nil {
			t.Errorf("%s: taken for whole", name)
		}
	}
}

// alike tells whether two pictures show the same.
func alike(t *testing.T, a, b []byte) bool {
	t.Helper()
	x, _, err := image.Decode(bytes.NewReader(a))
	if err != nil {
		t.Fatal(err)
	}
	y, _, err := image.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	for i := range 48 * 32 {
		if color.RGBAModel.Convert(x.At(i%48, i/48)) != color.RGBAModel.Convert(y.At(i%48, i/48)) {
			return false
		}
	}
	return x.Bounds() == y.Bounds()
}

// Whatever is sent, it is a photo or it is not.
func FuzzBare(f *testing.F) {
	var out bytes.Buffer
	if err := jpeg.Encode(&out, colours(), nil); err != nil {
		f.Fatal(err)
	}
	f.Add(out.Bytes())
	f.Add(slices.Concat(out.Bytes()[:2], segment(0xE1, exif(binary.BigEndian, 6)), out.Bytes()[2:]))
	f.Add([]byte(pngBegin + "\xff\xff\xff\xffIHDR....."))
	f.Fuzz(func(t *testing.T, data []byte) {
		if once := bare(data); once != nil && !bytes.Equal(bare(once), once) {
			t.Error("what is bare can be stripped of more")
		}
	})
}
