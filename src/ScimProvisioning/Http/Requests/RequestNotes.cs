using System.Text.Json.Nodes;
using Scim;
using ScimProvisioning.Storage.Resources;

namespace ScimProvisioning.Http.Requests;

/// <summary>Writes into the note of a request what it asks, before it is done, and what came of it, after.</summary>
static class RequestNotes
{
    /// <param name="id">As the path has it.</param>
    public static void Asks(
        this RequestNote note,
        RequestOperation operation,
        ResourceType type,
        string? id = null,
        JsonObject? body = null
    )
    {
        (note.Operation, note.Type, note.Body) = (operation, type, body);
        note.ResourceId = ResourceId.TryParse(id ?? "", out var key) ? key : null;
    }

    public static void Answers(this RequestNote note, StoredResource resource)
    {
        (note.ResourceId, note.Document, note.Outcome) = (resource.Id, resource.Attributes, resource.Outcome);
        note.Body = null; // Only of a write that is refused the body is looked at.
    }

    /// <param name="types">What is looked through.</param>
    public static void AsksForList(this RequestNote note, IReadOnlyList<ResourceType> types, bool hasFilter) =>
        (note.Type, note.Operation) = (types is [var only] ? only : null, hasFilter ? RequestOperation.Find : RequestOperation.List);

    /// <param name="filter">For the first of the types that are looked through.</param>
    public static void LooksFor(this RequestNote note, FilterExpression? filter)
    {
        if (filter is null || FirstEqual(filter) is not { } equal)
            return;
        note.LookedFor = (string)equal.Value;
        if (Guid.TryParseExact(note.LookedFor, "D", out _) && !IsIdentifier(equal))
            note.Operation = RequestOperation.Probe;
    }

    public static void AnswersList(this RequestNote note, ResourcePage page)
    {
        note.Found = page.Total;
        note.Outcome =
            page.Total > 0 ? RequestOutcome.Matched
            : note.Operation is RequestOperation.Probe ? RequestOutcome.Test
            : RequestOutcome.NotFound;
        if (page is { Total: 1, Resources: [var found] } && note.Operation is not RequestOperation.List)
            (note.ResourceId, note.Document) = (found.Id, found.Attributes);
    }

    /// <summary>
    /// Entra compares one attribute, such as <c>userName</c> or <c>emails[type eq "work"].value</c>; the old look-ups of references add a
    /// second one.
    /// </summary>
    static FilterExpression.Compare? FirstEqual(FilterExpression filter) =>
        filter switch
        {
            FilterExpression.Compare { Operator: CompareOperator.Eq, Value: string, Path.Leaf.Name: not "type" } compare => compare,
            FilterExpression.And(var left, var right) => FirstEqual(left) ?? FirstEqual(right),
            FilterExpression.ValuePath(_, var inner) => FirstEqual(inner),
            _ => null,
        };

    /// <summary>Where a GUID is no sign of a test: people are looked up by their object id, too.</summary>
    static bool IsIdentifier(FilterExpression.Compare compare) =>
        compare.Path.Attribute.Name is "id" or "externalId" || compare.Path.Leaf.Type is AttributeType.Reference;
}
