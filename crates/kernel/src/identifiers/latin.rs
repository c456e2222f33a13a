//! Letters with marks as plain ones, as documents of CBP write them.

/// Upper case, with Latin letters stripped of their marks; what is no Latin letter stays as it is.
pub(super) fn folded(text: &str) -> String {
    text.chars().flat_map(char::to_uppercase).filter(|c| !matches!(c, '\u{300}'..='\u{36f}')).fold(
        String::new(),
        |mut plain, c| {
            match c {
                'À'..='Å' | 'Ā' | 'Ă' | 'Ą' => plain.push('A'),
                'Æ' => plain.push_str("AE"),
                'Ç' | 'Ć' | 'Ĉ' | 'Ċ' | 'Č' => plain.push('C'),
                'Ď' | 'Đ' | 'Ð' => plain.push('D'),
                'È'..='Ë' | 'Ē' | 'Ĕ' | 'Ė' | 'Ę' | 'Ě' => plain.push('E'),
                'Ĝ' | 'Ğ' | 'Ġ' | 'Ģ' => plain.push('G'),
                'Ì'..='Ï' | 'Ĩ' | 'Ī' | 'Į' | 'İ' => plain.push('I'),
                'Ķ' => plain.push('K'),
                'Ĺ' | 'Ļ' | 'Ľ' | 'Ł' => plain.push('L'),
                'Ñ' | 'Ń' | 'Ņ' | 'Ň' => plain.push('N'),
                'Ò'..='Ö' | 'Ø' | 'Ō' | 'Ŏ' | 'Ő' => plain.push('O'),
                'Œ' => plain.push_str("OE"),
                'Ŕ' | 'Ř' => plain.push('R'),
                'Ś' | 'Ŝ' | 'Ş' | 'Š' | 'Ș' => plain.push('S'),
                'Ţ' | 'Ť' | 'Ț' => plain.push('T'),
                'Ù'..='Ü' | 'Ũ' | 'Ū' | 'Ŭ' | 'Ů' | 'Ű' | 'Ų' => plain.push('U'),
                'Ý' | 'Ÿ' => plain.push('Y'),
                'Ź' | 'Ż' | 'Ž' => plain.push('Z'),
                'Þ' => plain.push_str("TH"),
                other => plain.push(other),
            }
            plain
        },
    )
}
