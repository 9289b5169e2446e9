using static Scim.AttributeType;

namespace Scim;

/// <summary>The enterprise extension of User (RFC 7643 §4.3, §8.7.1) as data.</summary>
public static class EnterpriseUserSchema
{
    public const string Id = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

    public static readonly SchemaDefinition Schema = new(
        Id,
        "EnterpriseUser",
        "Enterprise User",
        [
            Text("employeeNumber", "Number or code of the person within the organization."),
            Text("costCenter", "Name of the cost center."),
            Text("organization", "Name of the organization."),
            Text("division", "Name of the division."),
            Text("department", "Name of the department."),
            new("manager", Complex, "The user's manager.")
            {
                SubAttributes =
                [
                    new("value", AttributeType.String, "Identifier of the manager's User resource.") { CaseExact = true },
                    new("$ref", Reference, "URI of the manager's User resource.") { ReferenceTypes = ["User"] },
                    new("displayName", AttributeType.String, "Name of the manager.") { Mutability = Mutability.ReadOnly },
                ],
            },
        ]
    );

    static AttributeDefinition Text(string name, string description) => new(name, AttributeType.String, description);
}
