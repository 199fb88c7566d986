import { CfnDocument } from 'aws-cdk-lib/aws-ssm';
import { Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { documentContent } from '../contract/documents/content.ts';
import { documentIds, documents, type DocumentId } from '../contract/documents/index.ts';

/**
 * The commands that can be run on the nodes.
 *
 * Resources deployed: an SSM Command document for each entry of `lib/aws/contract/documents/`.
 *
 * Security considerations: the text of a document is fixed. SSM checks every parameter against a pattern, and passes it to the
 * script only as a variable.
 */
export class NodeDocuments extends Construct {
  readonly #documents: ReadonlyMap<DocumentId, CfnDocument>;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.#documents = new Map(
      documentIds.map((documentId) => [
        documentId,
        new CfnDocument(this, documentId, {
          documentType: 'Command',
          documentFormat: 'JSON',
          targetType: '/AWS::EC2::Instance',
          // "Replace" would change the document's name while others use it.
          updateMethod: 'NewVersion',
          content: documentContent(documents[documentId]),
        }),
      ]),
    );
  }

  /** The generated name of a document. */
  nameOf(id: DocumentId): string {
    const document = this.#documents.get(id);
    if (document === undefined) throw new Error(`there is no document ${id}`);
    return document.ref;
  }

  arnOf(id: DocumentId): string {
    return Stack.of(this).formatArn({
      service: 'ssm',
      resource: 'document',
      resourceName: this.nameOf(id),
    });
  }
}
