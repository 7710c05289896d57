"""Peoples and their countries, so that “Palauan” finds “Palau” and “Taiwanese” finds “Taiwan”.

Stemming does not join these, and in writing on international affairs they are half of the words
that matter. Only pairs whose country is one word are here; cities that stand for governments
(“Tokyo said”) are not, because they are also cities.
"""

_PAIRS = """
afghan afghanistan, albanian albania, algerian algeria, andorran andorra, angolan angola,
argentine argentina, argentinian argentina, armenian armenia, australian australia,
austrian austria, azerbaijani azerbaijan, bahamian bahamas, bahraini bahrain,
bangladeshi bangladesh, barbadian barbados, belarusian belarus, belgian belgium,
belizean belize, beninese benin, bhutanese bhutan, bolivian bolivia, bosnian bosnia,
botswanan botswana, brazilian brazil, british britain, bruneian brunei, bulgarian bulgaria,
burmese burma, burundian burundi, cambodian cambodia, cameroonian cameroon, canadian canada,
chadian chad, chilean chile, chinese china, colombian colombia, congolese congo,
croatian croatia, cuban cuba, cypriot cyprus, czech czechia, danish denmark,
djiboutian djibouti, dominican dominica, dutch netherlands, ecuadorian ecuador,
egyptian egypt, eritrean eritrea, estonian estonia, ethiopian ethiopia, european europe,
fijian fiji, filipino philippines, philippine philippines, finnish finland, french france,
gabonese gabon, gambian gambia, georgian georgia, german germany, ghanaian ghana, greek greece,
grenadian grenada, guatemalan guatemala, guinean guinea, guyanese guyana, haitian haiti,
honduran honduras, hungarian hungary, icelandic iceland, indian india, indonesian indonesia,
iranian iran, iraqi iraq, irish ireland, israeli israel, italian italy, ivorian ivory,
jamaican jamaica, japanese japan, jordanian jordan, kazakh kazakhstan, kenyan kenya,
kiribatian kiribati, korean korea, kosovar kosovo, kuwaiti kuwait, kyrgyz kyrgyzstan,
lao laos, laotian laos, latvian latvia, lebanese lebanon, liberian liberia, libyan libya,
lithuanian lithuania, luxembourgish luxembourg, macedonian macedonia, malagasy madagascar,
malawian malawi, malaysian malaysia, maldivian maldives, malian mali, maltese malta,
marshallese marshall, mauritanian mauritania, mauritian mauritius, mexican mexico,
micronesian micronesia, moldovan moldova, mongolian mongolia, montenegrin montenegro,
moroccan morocco, mozambican mozambique, namibian namibia, nauruan nauru, nepalese nepal,
nepali nepal, nicaraguan nicaragua, nigerian nigeria, norwegian norway, omani oman,
pakistani pakistan, palauan palau, palestinian palestine, panamanian panama,
paraguayan paraguay, peruvian peru, polish poland, portuguese portugal, qatari qatar,
romanian romania, russian russia, rwandan rwanda, samoan samoa, senegalese senegal,
serbian serbia, singaporean singapore, slovak slovakia, slovenian slovenia, somali somalia,
spanish spain, sudanese sudan, surinamese suriname, swazi eswatini, swedish sweden,
swiss switzerland, syrian syria, taiwanese taiwan, tajik tajikistan, tanzanian tanzania,
thai thailand, tibetan tibet, togolese togo, tongan tonga, tunisian tunisia, turkish turkey,
turkmen turkmenistan, tuvaluan tuvalu, ugandan uganda, ukrainian ukraine, emirati emirates,
uruguayan uruguay, uzbek uzbekistan, venezuelan venezuela, vietnamese vietnam, yemeni yemen,
zambian zambia, zimbabwean zimbabwe
"""

COUNTRY_OF = dict(pair.split() for pair in _PAIRS.replace("\n", " ").split(",") if pair.strip())
