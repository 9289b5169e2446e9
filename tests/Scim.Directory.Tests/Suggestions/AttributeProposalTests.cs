using System.Text.Json.Nodes;

namespace Scim.Directory.Tests;

[TestFixture, Parallelizable(ParallelScope.All)]
sealed class AttributeProposalTests
{
    [TestCase("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:costCenter", "costCenter")]
    [TestCase("""phoneNumbers[type eq "mobile"].value""", "mobilePhoneNumbers")]
    [TestCase("""addresses[type eq "work"].locality""", "workAddressesLocality")]
    [TestCase("nickName", "nickName")]
    public void A_path_is_proposed_under_a_name_of_its_own(string path, string name) =>
        Assert.That(AttributeProposal.For(path, [JsonValue.Create("x")], Catalogue.Default)?.Name, Is.EqualTo(name));

    [TestCase("[true,\"False\"]", AttributeKind.Boolean)]
    [TestCase("[1,2.5]", AttributeKind.Number)]
    [TestCase("[\"42\"]", AttributeKind.String)]
    [TestCase("[\"2026-01-31\"]", AttributeKind.Date)]
    [TestCase("[]", AttributeKind.String)]
    public void The_type_is_that_of_the_values(string values, AttributeKind kind) =>
        Assert.That(
            AttributeProposal.For("nickName", [.. JsonNode.Parse(values)!.AsArray().Select(value => value!)], Catalogue.Default)?.Type,
            Is.EqualTo(kind)
        );

    [TestCase("userName")]
    [TestCase("id")]
    public void A_name_that_is_taken_is_not_proposed(string path) =>
        Assert.That(AttributeProposal.For(path, [], Catalogue.Default), Is.Null);
}
