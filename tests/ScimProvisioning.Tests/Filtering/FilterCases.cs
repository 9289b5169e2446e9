namespace ScimProvisioning.Tests.Filtering;

/// <summary>Filters over the <see cref="Population"/>, every operator on every kind of attribute.</summary>
static class FilterCases
{
    public static IEnumerable<string> Users =>
    [
        // strings that have a column of their own
        "userName eq \"anna\"", "USERNAME EQ \"ANNA\"", "userName ne \"anna\"", "userName co \"o\"", "userName sw \"A\"", "userName ew \"A\"", "userName pr",
        "userName gt \"m\"", "userName ge \"mia\"", "userName lt \"B\"", "userName le \"bob@example.com\"", "userName eq null", "userName co \"\"", "userName eq \"\"",
        "externalId eq \"E-1\"", "externalId eq \"e-1\"", "externalId ne \"E-1\"", "externalId co \"-\"", "externalId sw \"E\"", "externalId ew \"1\"",
        "externalId gt \"E-1\"", "externalId ge \"E-1\"", "externalId lt \"e\"", "externalId le \"e-1\"", "externalId pr", "not (externalId pr)", "externalId eq null", "externalId ne null",
        "active eq true", "active eq false", "active eq \"False\"", "active ne true", "active pr", "not (active eq true)",
        // strings in the document
        "displayName eq \"dora smith\"", "displayName ne \"Dora Smith\"", "displayName pr", "displayName eq null", "displayName co \"smith\"", "displayName gt \"e\"", "displayName lt \"b\"",
        "title eq \"engineer\"", "title ne \"engineer\"", "title pr", "not (title co \"eng\")", "title eq 12", "title sw \"e\" and not (title ew \"x\")",
        "nickName eq \"FAYE\" or locale eq \"de-ch\"", "userType eq \"EMPLOYEE\"", "preferredLanguage pr", "timezone ew \"zurich\"",
        "profileUrl eq \"https://example.com/hal\"", "profileUrl sw \"https\"", "profileUrl ne \"https://example.com/hal\"", "profileUrl pr",
        // complex
        "name pr", "not (name pr)", "name.familyName eq \"SMITH\"", "name.familyName ne \"smith\"", "name.familyName co \"mit\"", "name.givenName sw \"e\"", "name.middleName eq \"o'neill\"",
        "name.familyName gt \"s\"", "name.familyName eq null", "name[familyName eq \"smith\"]", "name[familyName eq \"smith\" and givenName pr]", "name[not (givenName pr)]", "name.honorificPrefix ew \".\"",
        // multi-valued
        "emails pr", "not (emails pr)", "emails eq null", "emails eq \"jan@example.com\"", "emails co \"home\"", "emails ne \"jan@example.com\"", "emails.value eq \"JAN@example.com\"",
        "emails.value ne \"jan@example.com\"", "emails.type eq \"WORK\"", "emails.type ne \"work\"", "emails.value sw \"k\"", "emails.value ew \".com\"", "emails.value gt \"k\"", "emails.value pr", "emails.display pr",
        "emails.primary eq true", "emails.primary eq false", "emails.primary ne true", "emails.primary pr", "not (emails.value co \"@\")",
        "emails[type eq \"work\"]", "emails[type eq \"work\" and value co \"@example.com\"]", "emails[type eq \"work\"].value eq \"jan@example.com\"", "emails[type eq \"work\"].value ne \"jan@example.com\"",
        "emails[type eq \"home\" or primary eq true]", "emails[not (type eq \"work\")]", "emails[not (type pr)]", "emails[value pr and not (type eq \"home\")]", "emails[type eq \"work\" and type eq \"home\"]",
        "emails[type eq \"work\" and primary eq \"True\"]", "emails[type eq \"work\"].primary eq true", "emails[type ne \"work\" and value pr].value ew \"com\"", "not (emails[type eq \"work\"])",
        "emails[type eq \"work\"] pr", "emails[type eq \"work\"] eq \"jan@example.com\"", "emails[type eq \"home\"].value pr", "emails[type eq \"home\"].value co \"KIM\"", "emails[display eq null]",
        "phoneNumbers[type eq \"mobile\"].value eq \"+41 44 123\"", "phoneNumbers.value sw \"+41\"", "ims.type eq \"xmpp\"",
        "addresses[type eq \"work\" and country eq \"ch\"]", "addresses.locality eq \"KÖLN\"", "addresses.country eq \"CH\" and addresses.country eq \"DE\"", "addresses[country eq \"CH\" and locality sw \"g\"]", "addresses.postalCode ge \"8000\"",
        "roles[primary eq true].value eq \"admin\"", "roles.value eq \"ADMIN\"", "roles[primary eq \"False\"]", "roles[value eq \"admin\"].display co \"strat\"", "entitlements[value eq \"P2\" and display pr]", "entitlements eq \"e5\"",
        // caseExact in several values
        "photos.value eq \"https://example.com/Tom.PNG\"", "photos.value eq \"https://example.com/TOM.PNG\"", "photos.value co \"PNG\"", "photos[type eq \"PHOTO\" and value ew \".png\"]", "photos[value ew \".PNG\" and not (type eq \"x\")].type eq \"Photo\"",
        "photos ne \"https://example.com/tom.png\"", "x509Certificates eq \"QUJD\"", "x509Certificates.value ne \"QUJD\"", "x509Certificates[value eq \"QUJD\" and display eq \"CERT\"]", "x509Certificates pr",
        // common attributes
        "id eq \"{id:anna}\"", "id ne \"{id:anna}\"", "id pr", "id eq \"ANNA\"", "id co \"-7\"", "id sw \"01\"", "id gt \"{id:mia}\"", "id le \"{id:carl}\"", "not (id eq \"nothing\")",
        "schemas eq \"urn:ietf:params:scim:schemas:core:2.0:user\"", "schemas co \"enterprise\"", "schemas ne \"urn:acme:params:scim:badge\"", "schemas pr", "schemas ew \"badge\"",
        "meta pr", "meta.resourceType eq \"User\"", "meta.resourceType eq \"user\"", "meta.created eq \"{meta.created:mia}\"", "meta.created ne \"{meta.created:mia}\"", "meta.created gt \"{meta.created:mia}\"", "meta.created ge \"{meta.created:mia}\"",
        "meta.lastModified lt \"{meta.created:mia}\"", "meta.lastModified le \"{meta.created:mia}\"", "meta.created gt \"2020-01-31T23:30:00-05:00\"", "meta.created lt \"0001-01-01T00:00:00Z\"", "meta.created sw \"20\"", "meta.created pr",
        "meta.location eq \"{url}/Users/{id:anna}\"", "meta.location co \"/users/\"", "meta.location co \"/Users/\"", "meta.version eq \"W/\\\"1\\\"\"", "meta.version ne \"W/\\\"1\\\"\"", "meta[version pr and resourceType eq \"User\"]", "meta[created gt \"{meta.created:mia}\"]",
        // groups of a user
        "groups pr", "not (groups pr)", "groups eq \"{id:One}\"", "groups.value eq \"{id:Two}\"", "groups.value ne \"{id:Two}\"", "groups.value eq \"Two\"", "groups.display eq \"TWO\"", "groups.display co \"straße\"", "groups.type eq \"Direct\"",
        "groups[value eq \"{id:Two}\" and display eq \"two\"]", "groups[not (display eq \"two\")]", "groups.$ref eq \"{url}/groups/{id:One}\"", "groups[$ref ew \"{id:One}\"].display sw \"o\"", "groups.display gt \"s\"",
        // the enterprise extension
        "{ent}:department eq \"sales\"", "department eq \"SALES\"", "{ent}:department ne \"sales\"", "{ent}:department pr", "{ENT}:DEPARTMENT co \"ale\"", "{ent}:employeeNumber eq 007",
        "{ent}:manager eq \"{id:anna}\"", "{ent}:manager.value eq \"{id:anna}\"", "{ent}:manager.value eq \"not-an-id\"", "manager.value eq \"NOT-AN-ID\"", "manager pr", "not (manager pr)", "manager ne \"{id:anna}\"", "manager.$ref co \"USERS\"",
        "{ent}:manager[value eq \"{id:anna}\"]", "{ent}:manager[$ref pr].value pr", "urn:ietf:params:scim:schemas:core:2.0:User:userName eq \"anna\"", "urn:ietf:params:scim:schemas:core:2.0:User:name.familyName eq \"smith\"",
        // an extension that nobody registered
        "{badge}:level eq 3", "{badge}:level eq \"3\"", "{badge}:level ne 3", "{badge}:level gt 2", "{badge}:level pr", "{badge}:ratio eq 1.50", "{badge}:ratio eq -2500", "{badge}:vip eq true", "{badge}:vip eq \"TRUE\"", "{badge}:vip ne true",
        "{badge}:colour eq \"RED\"", "{BADGE}:COLOUR co \"R\"", "{badge}:colour pr", "not ({badge}:colour pr)", "{badge}:tags eq \"blue\"", "{badge}:tags ne \"blue\"", "{badge}:tags eq 7", "{badge}:tags sw \"r\"", "{badge}:tags pr",
        "{badge}:desk pr", "{badge}:desk eq \"2B\"", "{badge}:desk.floor eq \"2b\"", "{badge}:desk.room gt \"1\"", "{badge}:desk.nothing eq null", "{badge}:desk[floor eq \"2b\" and room eq 17]", "{badge}:desk[not (room eq 17)]",
        "{badge}:visits.site eq \"OSLO\"", "{badge}:visits.site ne \"oslo\"", "{badge}:visits.n eq 2", "{badge}:visits[site eq \"oslo\" and n eq 2]", "{badge}:visits[not (site eq \"oslo\")]", "{badge}:visits[site ne \"oslo\"].n pr", "{badge}:visits eq \"loose\"", "{badge}:visits pr",
        "{badge}:deep pr", "{badge}:deep eq \"flat\"", "{badge}:deep.site eq \"deep\"", "{badge}:deep.site pr", "{badge}:deep[site pr]", "{badge}:deep[not (site pr)]", "{badge}:stairs.up pr", "{badge}:stairs[up pr]", "{badge}:stairs.up eq \"top\"",
        "urn:acme:params:scim:Other:2.0:colour eq \"blue\"", "urn:acme:params:scim:Nothing:colour ne \"blue\"", "urn:acme:params:scim:Other:2.0:colour pr and active eq false",
        // letters
        "userName eq \"ZOË\"", "userName eq \"zoe\u0308\"", "userName eq \"İSTANBUL\"", "userName eq \"ISTANBUL\"", "userName eq \"STRASSE\"", "userName eq \"STRAßE\"", "userName eq \"οδυσσευσ\"", "userName eq \"ΟΔΥΣΣΕΥΣ\"", "userName sw \"å\"",
        "displayName co \"\u212aelvin\"", "displayName sw \"\u212bsa\"", "displayName eq \"ısparta\"", "displayName co \"ß\"", "displayName sw \"ẞ\"", "displayName co \"🎉\"", "displayName eq \"𐐀\"", "displayName gt \"\uffee\"", "displayName gt \"ﻭ\" and displayName lt \"𐐨\"", "displayName eq \"жанна\"", "nickName eq \"ЖАННА\"",
        "displayName co \"ა\"", "displayName co \"Ა\"", "displayName co \"Ǆ\"", "displayName co \"ꙁ Ა\"", "userName ew \"前\"", "name.familyName eq \"WEISS\"", "userName gt \"😀\"", "userName ge \"\uff5ewide\"",
        // characters that mean something to SQL, LIKE, regular expressions and JSON
        "userName eq \"O'BRIEN\"", "userName co \"'\"", "displayName eq \"\\\"quoted\\\"\"", "userName co \"\\\"\"", "userName co \"\\\\\"", "displayName sw \"c:\\\\users\"", "userName eq \"100%\"", "userName sw \"100_\"", "displayName co \"%\"", "displayName co \"_\"",
        "userName eq \"$1\"", "displayName co \"$2\"", "displayName co \"' OR '1'='1\"", "userName eq \"'; drop table resources; --\"", "userName eq \"a.b*c\"", "displayName co \".*\"", "displayName ew \"^$\"", "userName ew \" \"", "displayName co \"\\t\"", "displayName co \"\\nLINE\"", "userName eq \"null\"", "displayName eq true",
        // precedence
        "userName eq \"anna\" or userName eq \"carl\" and active eq false", "(userName eq \"anna\" or userName eq \"carl\") and active eq true", "not (userName eq \"anna\" or title pr) and emails pr", "not (not (emails pr))", "not (emails[type eq \"work\"] or name pr) and not (displayName pr)",
        "title pr and not (title eq \"12\") or groups pr and name.familyName ne \"Smith\"", "emails.value ne \"jan@example.com\" and emails pr",
    ];

    public static IEnumerable<string> Groups =>
    [
        "displayName eq \"design\"", "displayName ne \"design\"", "displayName sw \"E\"", "displayName eq \"STRASSE\"", "displayName eq \"STRAßE\"", "displayName eq \"İZMIR\"", "displayName eq \"TESTGRP-!@#$%^&*()_+=-{}][\\\\\\\":;'/.,?\\\\\\\\1\"", "displayName gt \"t\"", "displayName eq null",
        "externalId eq \"G-1\"", "externalId eq \"{id:anna}\"", "externalId pr", "id eq \"{id:Two}\"", "id ne \"{id:Two}\"", "meta.resourceType eq \"Group\"", "meta.location ew \"/Groups/{id:Two}\"", "meta.version eq \"W/\\\"1\\\"\"", "schemas co \"group\"",
        "members pr", "not (members pr)", "members eq null", "members eq \"{id:anna}\"", "members.value eq \"{id:anna}\"", "members.value ne \"{id:anna}\"", "members.value co \"{id:anna}\"", "members.value sw \"0\"", "members.value eq \"anna\"", "members[value eq \"{id:dora}\"]",
        "members[value eq \"{id:anna}\" and display eq \"ANNA\"]", "members[value eq \"{id:anna}\" and display eq \"dora\"]", "members[not (value eq \"{id:anna}\")]", "members.display eq \"dora smith\"", "members.display co \"SS\"", "members.display pr", "members.display gt \"o\"",
        "members.type eq \"group\"", "members.type eq \"User\"", "members.type ne \"user\"", "members[type eq \"Group\"].value eq \"{id:Two}\"", "members[type eq \"user\" or display eq \"one\"]", "members.$ref eq \"{url}/Users/{id:anna}\"", "members.$ref co \"/GROUPS/\"", "members[$ref co \"/users/\"].display sw \"ο\"",
        "members[type eq \"Group\"] and members[type eq \"User\"]", "members[type eq \"Group\" and type eq \"User\"]", "displayName eq \"One\" or members.value eq \"{id:One}\"",
        "urn:acme:params:scim:Kind:level eq 1", "urn:acme:params:scim:Kind:owners.name eq \"BOB\"", "urn:acme:params:scim:Kind:owners[name eq \"anna\"]", "urn:ietf:params:scim:schemas:core:2.0:Group:displayName eq \"two\"",
    ];
}
