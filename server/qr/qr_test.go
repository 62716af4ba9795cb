package qr

import (
	"regexp"
	"strconv"
	"strings"
	"testing"
)

func TestACodeIsASquareOfModulesWithItsMarginAndItsThreeEyes(t *testing.T) {
	c, err := Encode("https://team.example/invite/" + strings.Repeat("x", 43))
	if err != nil {
		t.Fatal(err)
	}
	if side := c.Size - 2*quiet; side < 21 || (side-21)%4 != 0 { // ISO/IEC 18004: 21 modules, and 4 more a version
		t.Errorf("%d modules a side", side)
	}
	if !regexp.MustCompile(`^(M\d+ \d+h\d+v1h-\d+z)+$`).MatchString(c.Path) {
		t.Errorf("the path is %.100s", c.Path)
	}
	far := c.Size - quiet - 7
	for name, eye := range map[string]string{"left": edge(quiet), "right": edge(far)} {
		if !strings.Contains(c.Path, eye) {
			t.Errorf("the %s eye's upper edge %s is missing", name, eye)
		}
	}
	if strings.Contains(c.Path, "M0 ") || strings.Contains(c.Path, "M3 ") {
		t.Error("the margin is not white")
	}
}

// edge is the upper edge of an eye: seven modules of the first row.
func edge(x int) string { return "M" + strconv.Itoa(x) + " " + strconv.Itoa(quiet) + "h7v1h-7z" }

func TestATextThatIsTooLongIsAnError(t *testing.T) {
	if _, err := Encode(strings.Repeat("x", 5000)); err == nil {
		t.Error("5,000 bytes were drawn")
	}
}
