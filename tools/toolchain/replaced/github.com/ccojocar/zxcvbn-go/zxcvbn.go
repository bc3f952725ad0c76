// Package zxcvbn knows no passwords: its lists of them would be unpacked at each start of pulumi.
package zxcvbn

// Match is what PasswordStrength finds.
type Match struct {
	Entropy float64
}

// PasswordStrength takes every text for one that is no secret.
func PasswordStrength(string, []string) Match {
	return Match{}
}
