/**
 * Passwords that are guessed first. Those of ten characters and more stand as they are used; the shorter words are refused with digits and
 * marks behind them ("password1234").
 */
const list = `
password passwort motdepasse contrasena letmein welcome willkommen iloveyou sunshine princess football baseball basketball superman batman
dragon monkey shadow master michael jennifer jordan hunter trustno qwerty qwertyuiop qwertz qwertzuiop azerty azertyuiop asdfghjkl asdfgh
zxcvbnm administrator admin root guest test tester testing changeme secret default company login access hello whatever starwars pokemon
liverpool chelsea arsenal barcelona manchester postaura marketing instagram facebook
1234567890 12345678910 123456789a 0123456789 0987654321 9876543210 1234512345 1234554321 1029384756 1122334455 11223344556677 1357924680
123123123123 123456123456 147258369 1472583690 123qweasdzxc 1q2w3e4r5t 1q2w3e4r5t6y 1qaz2wsx3edc 1qaz2wsx3edc4rfv zaq12wsxcde3 zaq1xsw2cde3
q1w2e3r4t5 q1w2e3r4t5y6 qazwsxedcrfv qazwsxedc123 qwerty123456 qwerty12345 qwertyuiop123 qwertyuiop1 qweasdzxc123 qwe123qwe123 asdf1234asdf
asdfghjkl123 asdfasdfasdf zxcvbnm123 zxcvbnm1234 1234567890a 1234567890q a1234567890 a123456789 abc1234567 abcd123456 abcdefghij abcdefghijk
abcdef123456 abcdefg123 password12 password123 password1234 password12345 password123456 passw0rd123 p@ssw0rd123 p@ssword123 pa55word123
passwordpassword mypassword mypassword1 yourpassword newpassword newpassword1 oldpassword thepassword nopassword1 password!23 password@123
password#123 admin12345 admin123456 adminadmin administrator1 administrator123 rootroot123 letmein123 letmein1234 letmeinnow welcome123
welcome1234 welcome12345 welcome2024 welcome2025 welcome2026 changeme123 changeme1234 changemenow iloveyou12 iloveyou123 iloveyou1234
iloveyou2 iloveyoubaby iloveyousomuch ilovemyself ilovejesus iloveyouforever sunshine12 sunshine123 princess12 princess123 football12
football123 football1234 baseball12 baseball123 basketball1 basketball12 basketball123 superman123 superman12 batman12345 dragon12345
monkey12345 shadow12345 master12345 michael123 michael1234 jordan12345 computer123 computer12 internet123 internet12 samsung123
samsung1234 whatever123 starwars123 pokemon123 spiderman123 liverpool1 liverpool123 manchester manchester1 barcelona1 barcelona123
chelsea123 arsenal123 realmadrid1 juventus123 correcthorse correcthorsebatterystaple trustno1trustno1 opensesame123 supersecret
supersecret1 topsecret123 secretsecret secret1234 secret12345 test123456 test1234567 testtest123 testing123 testing1234 testpassword
tester1234 temp123456 temporary1 temporary123 default123 default1234 company123 business123 marketing1 marketing123 marketing2024
marketing2025 marketing2026 socialmedia socialmedia1 facebook123 instagram1 instagram123 linkedin123 twitter123 google1234 hello12345
hello123456 hellohello helloworld helloworld1 helloworld123 goodmorning goodnight123 christmas1 christmas123 summer2024 summer2025
summer2026 winter2024 winter2025 winter2026 spring2025 spring2026 autumn2025 autumn2026 january2026 february2026 december2025 monday12345
friday12345 september1 november11 alexander1 alexandra1 christian1 christopher christopher1 elizabeth1 jacqueline samantha123 stephanie1
jessica123 jennifer123 charlotte1 victoria123 veronica123 valentina1 natalie1234 nicholas123 jonathan123 benjamin123 katherine1 sebastian1
mercedes123 ferrari123 lamborghini porsche911 chocolate1 chocolate123 strawberry strawberry1 blackberry watermelon butterfly1 butterfly123
sweetheart sweetheart1 beautiful1 beautiful123 friendship friendship1 forever123 lovelove123 mylove1234 loveyou123 babygirl123 babygirl12
0000000000 1111111111 2222222222 3333333333 4444444444 5555555555 6666666666 7777777777 8888888888 9999999999 aaaaaaaaaa
`
export const commonPasswords: ReadonlySet<string> = new Set(list.trim().split(/\s+/))
