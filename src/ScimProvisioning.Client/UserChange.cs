using System.Text.Json.Nodes;

namespace ScimProvisioning.Client;

/// <summary>What the app changes in a person. What is not named stays; <c>null</c> clears.</summary>
public sealed class UserChange
{
    internal JsonObject Json { get; } = [];

    /// <summary>Sets the app's own id of the person.</summary>
    public UserChange AppUserId(string? id)
    {
        Json["appUserId"] = id;
        return this;
    }

    /// <summary>Sets something that the app keeps with the person: any JSON.</summary>
    public UserChange Local(string name, JsonNode? value)
    {
        In("localAttributes")[name] = value;
        return this;
    }

    /// <summary>Sets an attribute that every person has, such as <c>department</c>. It must not be managed.</summary>
    public UserChange BuiltIn(string name, JsonNode? value)
    {
        Json[name] = value;
        return this;
    }

    /// <summary>Sets an attribute of the catalogue below <c>attributes</c>. It must not be managed.</summary>
    public UserChange Attribute(string name, JsonNode? value)
    {
        In("attributes")[name] = value;
        return this;
    }

    JsonObject In(string member)
    {
        if (Json[member] is JsonObject there)
            return there;
        var added = new JsonObject();
        Json[member] = added;
        return added;
    }
}
